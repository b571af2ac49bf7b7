// When Care Center 165 is open: `always`, or spans such as `Mon-Fri 08:00-17:00; Sat 08:00-12:00` in the local time.

const days = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const dayMinutes = 24 * 60;
const weekMinutes = 7 * dayMinutes;

/** `seconds` until it opens or closes; null: never. */
export type Opening = { isOpen: true; seconds: number | null } | { isOpen: false; seconds: number | null };

/**
 * @param hours  as `CARE_CENTER_HOURS`, already checked
 * @param timeZone  IANA name
 */
export function createCareHours(hours: string, timeZone: string): (at: Date) => Opening {
  const isOpenIn = openMinutes(hours);
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  });

  return (at) => {
    const part = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]));
    const now =
      days.indexOf(part.get('weekday') ?? '') * dayMinutes + Number(part.get('hour')) * 60 + Number(part.get('minute'));
    const isOpen = isOpenIn[now] === true;
    for (let minutes = 1; minutes <= weekMinutes; minutes += 1) {
      if (isOpenIn[(now + minutes) % weekMinutes] !== isOpen) {
        return { isOpen, seconds: minutes * 60 - Number(part.get('second')) };
      }
    }
    return { isOpen, seconds: null };
  };
}

/** One entry for each minute of the week, which begins on Monday. */
function openMinutes(hours: string): boolean[] {
  const isOpenIn = new Array<boolean>(weekMinutes).fill(hours === 'always');
  if (hours === 'always') return isOpenIn;
  for (const span of hours.split(';')) {
    const [, first = '', last = first, from = '', to = ''] =
      /^(\w{3})(?:-(\w{3}))? (\d\d:\d\d)-(\d\d:\d\d)$/.exec(span.trim()) ?? [];
    for (let day = days.indexOf(first); ; day = (day + 1) % 7) {
      isOpenIn.fill(true, day * dayMinutes + minuteOf(from), day * dayMinutes + minuteOf(to));
      if (day === days.indexOf(last)) break;
    }
  }
  return isOpenIn;
}

function minuteOf(time: string): number {
  const [hour, minute] = time.split(':').map(Number);
  return (hour ?? 0) * 60 + (minute ?? 0);
}
