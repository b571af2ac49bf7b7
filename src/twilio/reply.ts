// The answer to a webhook: TwiML with at most one message (several would arrive in any order).

const declaration = '<?xml version="1.0" encoding="UTF-8"?>';

/** What Twilio and Meta carry in one message, counted in code points. Twilio 21617. */
export const maxCharacters = 1600;

/**
 * @param text  null, or nothing left of it: an empty response
 * @param statusUrl  told of the message's fate; in both attributes because accounts differ in the one they read
 */
export function replyXml(text: string | null, statusUrl?: string): string {
  const said = cut(clean(text ?? ''));
  if (said === '') return `${declaration}<Response/>`;
  const url = statusUrl === undefined ? '' : escapeXml(statusUrl).replaceAll('"', '&quot;');
  const attributes = url === '' ? '' : ` action="${url}" statusCallback="${url}" method="POST"`;
  return `${declaration}<Response><Message${attributes}>${escapeXml(said)}</Message></Response>`;
}

// XML 1.0 has no place for these, not even escaped: Twilio would refuse the whole reply (its 12100). In one pass, so
// that two halves of different emoji do not meet.
const clean = (text: string): string =>
  text.replace(/\r\n?/g, '\n').replace(/[^\P{Cc}\n\t]|[\p{Cs}\uFFFE\uFFFF]/gu, '');

function cut(text: string): string {
  if (text.length <= maxCharacters) return text;
  return Array.from(text).slice(0, maxCharacters).join('');
}

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
