// The key of every keyed hash. It is drawn once and kept in Postgres, sealed: so the keys of the seal can rotate while
// limits, holds and conversations are still found, and no row that has lost its plain text has to be hashed anew.
import { randomBytes } from 'node:crypto';
import { ConfigError, SealError } from '#src/errors.ts';
import { type Cipher, createCipher, createSeal, type EncryptionKey, type Seal } from '#src/seal.ts';
import { createAudit } from './audit.ts';
import { openDatabase, type Trx } from './database.ts';
import { lockAll } from './locks.ts';

const place = 'lookup_key.key_sealed:current';
const keyBytes = 32;

/**
 * The seal of this database, after its migration; the first caller ever draws the look-up key.
 * @throws ConfigError `config`  no key opens the look-up key, or it was there once and is gone
 * @throws UnavailableError `unavailable`
 */
export async function openSeal({
  databaseUrl,
  keys,
  budgetMs,
}: {
  databaseUrl: string;
  keys: readonly EncryptionKey[];
  budgetMs: number;
}): Promise<Seal> {
  const database = openDatabase({ url: databaseUrl, budgetMs, maxConnections: 1 });
  try {
    return createSeal(keys, await database.transaction((trx) => findOrDraw(trx, keys)));
  } finally {
    await database.close();
  }
}

async function findOrDraw(trx: Trx, keys: readonly EncryptionKey[]): Promise<Buffer> {
  await lockAll(trx, ['lookup_key']);
  const cipher = createCipher(keys);
  const kept = await trx.selectFrom('lookup_key').select('key_sealed').executeTakeFirst();
  return kept === undefined ? draw(trx, keys, cipher) : opened(kept.key_sealed, cipher);
}

function opened(sealed: string, cipher: Cipher): Buffer {
  try {
    return Buffer.from(cipher.open(sealed, place), 'base64');
  } catch (cause) {
    if (!(cause instanceof SealError)) throw cause;
    throw new ConfigError([
      'ENCRYPTION_KEYS: none of them opens the look-up key of this database: put back the key that is missing, and remove it only after npm run keys -- reseal',
    ]);
  }
}

async function draw(trx: Trx, keys: readonly EncryptionKey[], cipher: Cipher): Promise<Buffer> {
  // A new one would make every count, hold and conversation unfindable: limits would start again without a word.
  const lost = await trx.selectFrom('audit').select('at').where('event', '=', 'lookupKey.drawn').executeTakeFirst();
  if (lost !== undefined) {
    throw new ConfigError(['DATABASE_URL: the table lookup_key is empty: restore its row from a backup']);
  }
  const key = randomBytes(keyBytes);
  await trx
    .insertInto('lookup_key')
    .values({ id: 'current', key_sealed: cipher.close(key.toString('base64'), place) })
    .execute();
  const audit = createAudit(createSeal(keys, key));
  await audit(trx, {
    actor: 'system',
    event: 'lookupKey.drawn',
    subject: null,
    refs: {},
    details: { keyId: cipher.keyId },
  });
  return key;
}
