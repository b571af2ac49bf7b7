// Places at which a test stops this process dead, freezes it, fails or slows it. Nothing happens there unless the start
// armed one, which `readConfig` refuses without ALLOW_FAILPOINTS.
import { setTimeout as sleep } from 'node:timers/promises';

/** Between any two steps that another process might have to continue from. Each is called in exactly one place. */
export const failpoints = [
  'turn.began',
  'turn.afterOpen',
  'turn.afterOptOut',
  'turn.afterKeepMessage',
  'turn.afterAdvance',
  'turn.beforeReply',
  'enter.afterAdvance',
  'enter.afterCommit',
  'enter.afterSay',
  'session.beforeCommit',
  'session.afterCommit',
  'records.beforeCommit',
  'records.afterCommit',
  'identify.afterCount',
  'identify.afterDirectory',
  'value.afterDirectory',
  'code.afterStart',
  'code.afterTake',
  'code.afterSend',
  'code.afterSent',
  'guess.afterCount',
  'guess.afterCompare',
  'guess.afterConclude',
  'pin.afterRead',
  'pin.afterCount',
  'pin.afterDirectory',
  'pin.afterChecked',
  'change.afterConfirm',
  'change.afterStop',
  'change.afterCancelCode',
  'change.afterReport',
  'page.afterOpen',
  'release.afterFind',
  'release.afterStart',
  'release.afterProof',
  'release.afterRelease',
  'settle.afterClaim',
  'settle.afterDirectory',
  'settle.afterConclude',
  'notice.afterTake',
  'notice.afterSend',
  'notice.afterFinish',
  'case.afterOpen',
  'case.afterLeave',
  'case.afterPlace',
  'case.afterBind',
  'case.afterNoteStep',
] as const;
export type Failpoint = (typeof failpoints)[number];

const actions = ['kill', 'hang', 'throw', 'delay'] as const;

export interface ArmedFailpoint {
  name: Failpoint;
  /** strikes when it is passed for the nth time, once */
  nth: number;
  /** `kill`: SIGKILL of this process; `hang`: never goes on; `throw`: an error of nobody's; `delay`: one second */
  action: (typeof actions)[number];
}

const delayMs = 1_000;

let armed: ArmedFailpoint | null = null;

/** @param next  null: none from now on */
export function armFailpoint(next: ArmedFailpoint | null): void {
  armed = next === null ? null : { ...next };
}

/** @param text  `name:nth:action`, e.g. `turn.afterOpen:1:kill` @returns undefined for anything else */
export function readFailpoint(text: string): ArmedFailpoint | undefined {
  const [, given, nth, wanted] = /^([\w.]+):([1-9]\d{0,3}):(\w+)$/.exec(text) ?? [];
  const name = failpoints.find((one) => one === given);
  const action = actions.find((one) => one === wanted);
  return name === undefined || action === undefined ? undefined : { name, nth: Number(nth), action };
}

/** To be awaited; undefined, and so of no cost, where this one is not armed. */
export function failpoint(name: Failpoint): Promise<void> | undefined {
  if (armed === null || armed.name !== name) return undefined;
  armed.nth -= 1;
  return armed.nth === 0 ? strike(armed) : undefined;
}

async function strike({ name, action }: ArmedFailpoint): Promise<void> {
  switch (action) {
    case 'kill':
      process.kill(process.pid, 'SIGKILL');
      return await new Promise(() => {});
    case 'hang':
      return await new Promise(() => {});
    case 'throw':
      throw new Error(`the failpoint ${name}`);
    case 'delay':
      return await sleep(delayMs);
  }
}
