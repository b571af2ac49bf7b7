// Whether a request is Twilio's: an HMAC over the configured URL and every pair of the form. No clock, no nonce, no
// delimiters (twilio.md 3.5), so the shape that `parse.ts` asks for is part of the proof.
import { validateRequest } from 'twilio/lib/webhooks/webhooks.js';
import type { TwilioConfig } from '#src/config.ts';
import type { Secret } from '#src/seal.ts';

/** The URL that Twilio signed: ours as configured, then path and query as received. Never `Host`. */
export const signedUrl = (publicUrl: string, originalUrl: string): string => `${publicUrl}${originalUrl}`;

/** The current token, then the previous one while a rotation lasts. */
export const signingTokens = (twilio: TwilioConfig): Secret[] =>
  twilio.previousAuthToken === null ? [twilio.authToken] : [twilio.authToken, twilio.previousAuthToken];

/**
 * @param params  a repeated key has all its values
 * @param signature  header `X-Twilio-Signature`
 * @returns false too where the validator throws, and for a missing header
 */
export function verifySignature(request: {
  url: string;
  params: Record<string, string | string[]>;
  signature: string | undefined;
  tokens: readonly Secret[];
}): boolean {
  const { url, params, signature, tokens } = request;
  try {
    return tokens.some((token) => validateRequest(token.reveal(), signature ?? '', url, params));
  } catch {
    return false;
  }
}
