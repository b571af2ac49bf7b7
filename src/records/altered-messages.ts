// The same message id with another content: a gateway delivers a message again, it never alters one (security.md H6).
import type { AlteredMessages } from '#src/conversation/ports.ts';
import type { Audit } from './audit.ts';
import type { Database, Trx } from './database.ts';

interface Needs {
  audit: Audit;
  /** an alarm: somebody signs messages of their own, or cuts captured ones anew */
  onAltered?: ((turnId: string) => void) | undefined;
}

export const createAlteredMessages = ({ database, ...needs }: Needs & { database: Database }): AlteredMessages => ({
  note: (altered) => database.transaction((trx) => noteAltered(trx, needs, altered)),
});

/** As one more fact of a transaction. */
export async function noteAltered(
  trx: Trx,
  { audit, onAltered }: Needs,
  { conversation, turnId }: Parameters<AlteredMessages['note']>[0],
): Promise<void> {
  onAltered?.(turnId);
  const actor = `conversation:${conversation}`;
  await audit(trx, { actor, event: 'message.altered', subject: null, refs: { turnId }, details: {} });
}
