// Sign-in at the operator's identity provider by OpenID Connect: code flow with PKCE, state and nonce, roles from a claim.
import { createRemoteJWKSet, jwtVerify } from 'jose';
import * as client from 'openid-client';
import { z } from 'zod';
import type { AgentRole, OidcConfig } from '#src/config.ts';
import { SignInRefusedError, UnavailableError } from '#src/errors.ts';
import type { Seal } from '#src/seal.ts';
import { paths } from './paths.ts';

/** Who somebody is, as the provider says it. */
export interface Identity {
  issuer: string;
  subject: string;
  name: string;
  /** null: none of the groups is mapped */
  role: AgentRole | null;
  /** the provider's own session, which its back-channel logout names */
  providerSession: string | null;
}

/** What the provider says has ended: one of its sessions, or everything of a person. */
export interface LoggedOut {
  issuer: string;
  subject: string | null;
  providerSession: string | null;
  /** sessions that began later are not meant */
  at: Date;
}

export interface IdentityProvider {
  /** @returns where to send the browser, and what its cookie has to keep until it comes back */
  begin(): Promise<{ location: string; transaction: string }>;
  /**
   * @param search  of the callback, with `?`
   * @param transaction  from the cookie
   * @throws SignInRefusedError `sign_in_refused`  another browser, too late, altered, or refused by the provider
   */
  finish(search: string, transaction: string): Promise<Identity>;
  /** Where the provider ends its own session; null: it has no such page. Bears no token and no name. */
  signOutUrl(): Promise<string | null>;
  /** @throws SignInRefusedError `sign_in_refused`  not a genuine logout token for us, or an old one */
  readLogout(token: string): Promise<LoggedOut>;
}

const transactionMinutes = 10;
const timeoutSeconds = 5;
const logoutTokenSeconds = 300;
const place = 'console.transaction';
const logoutEvent = 'http://schemas.openid.net/event/backchannel-logout';

const Transaction = z.object({ state: z.string(), nonce: z.string(), verifier: z.string(), at: z.number() });
const LogoutClaims = z.object({
  sub: z.string().optional(),
  sid: z.string().optional(),
  iat: z.number(),
  nonce: z.undefined().optional(),
  events: z.object({ [logoutEvent]: z.object({}) }),
});

/** The provider is asked when somebody signs in, not at the start: its outage is no outage of the bot. All throw UnavailableError. */
export function createIdentityProvider({
  oidc,
  publicUrl,
  seal,
  now,
}: {
  oidc: OidcConfig;
  publicUrl: string;
  seal: Pick<Seal, 'close' | 'open'>;
  now: () => number;
}): IdentityProvider {
  const redirectUrl = `${publicUrl}${paths.callback}`;
  let known: Promise<Discovered> | undefined;
  const provider = () => {
    known ??= discover(oidc).catch((cause) => {
      known = undefined;
      throw new UnavailableError('oidc', { cause });
    });
    return known;
  };

  return {
    async begin() {
      const { configuration } = await provider();
      const transaction = {
        state: client.randomState(),
        nonce: client.randomNonce(),
        verifier: client.randomPKCECodeVerifier(),
        at: now(),
      };
      const location = client.buildAuthorizationUrl(configuration, {
        redirect_uri: redirectUrl,
        scope: 'openid profile',
        state: transaction.state,
        nonce: transaction.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(transaction.verifier),
        code_challenge_method: 'S256',
      });
      return { location: location.href, transaction: seal.close(JSON.stringify(transaction), place) };
    },

    async finish(search, transaction) {
      const { configuration } = await provider();
      const { state, nonce, verifier, at } = opened(seal, transaction);
      if (now() - at > transactionMinutes * 60_000) throw new SignInRefusedError('the sign-in took too long');
      const tokens = await refusing(() =>
        client.authorizationCodeGrant(configuration, new URL(`${redirectUrl}${search}`), {
          pkceCodeVerifier: verifier,
          expectedState: state,
          expectedNonce: nonce,
          idTokenExpected: true,
        }),
      );
      // Of what came, only the claims are used: the access token is for nothing here and is not kept.
      const claims = tokens.claims();
      if (claims === undefined) throw new SignInRefusedError('no ID token');
      const { iss, sub, name, preferred_username: userName, sid } = claims;
      return {
        issuer: iss,
        subject: sub,
        name: textOf(name) ?? textOf(userName) ?? sub,
        role: roleOf(claims, oidc),
        providerSession: textOf(sid),
      };
    },

    async signOutUrl() {
      const { configuration } = await provider();
      if (configuration.serverMetadata().end_session_endpoint === undefined) return null;
      // Without a hint of who it is: an ID token in an address would be a name in histories and logs.
      const after = { client_id: oidc.clientId, post_logout_redirect_uri: `${publicUrl}${paths.signIn}` };
      return client.buildEndSessionUrl(configuration, after).href;
    },

    async readLogout(token) {
      const { configuration, keys } = await provider();
      const { issuer } = configuration.serverMetadata();
      const { payload } = await refusing(() =>
        jwtVerify(token, keys, {
          issuer,
          audience: oidc.clientId,
          currentDate: new Date(now()),
          maxTokenAge: logoutTokenSeconds,
          clockTolerance: 30,
        }),
      );
      const claims = LogoutClaims.safeParse(payload);
      if (!claims.success || (claims.data.sub === undefined && claims.data.sid === undefined)) {
        throw new SignInRefusedError('not a logout token');
      }
      const { sub, sid, iat } = claims.data;
      return {
        issuer,
        subject: sub ?? null,
        providerSession: sid ?? null, // Its clock has seconds, ours has more.
        at: new Date((iat + 1) * 1000),
      };
    },
  };
}

interface Discovered {
  configuration: client.Configuration;
  keys: ReturnType<typeof createRemoteJWKSet>;
}

async function discover({ issuer, clientId, clientSecret }: OidcConfig): Promise<Discovered> {
  // The configuration takes http on a loopback address only.
  const execute = issuer.startsWith('http:') ? [client.allowInsecureRequests] : [];
  const configuration = await client.discovery(
    new URL(issuer),
    clientId,
    undefined,
    client.ClientSecretPost(clientSecret.reveal()),
    { execute, timeout: timeoutSeconds },
  );
  const { jwks_uri: keysUrl } = configuration.serverMetadata();
  if (keysUrl === undefined) throw new Error('the provider publishes no keys');
  return { configuration, keys: createRemoteJWKSet(new URL(keysUrl), { timeoutDuration: timeoutSeconds * 1000 }) };
}

function opened(seal: Pick<Seal, 'open'>, transaction: string): z.infer<typeof Transaction> {
  try {
    return Transaction.parse(JSON.parse(seal.open(transaction, place)));
  } catch (cause) {
    throw new SignInRefusedError('no sign-in was begun in this browser', { cause });
  }
}

/** Whatever the library refuses is a refusal; a provider that is away is not. */
async function refusing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (isAway(cause)) throw new UnavailableError('oidc', { cause });
    throw new SignInRefusedError('the provider or its answer was refused', { cause });
  }
}

function isAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const isNetwork = (one: unknown) =>
    one instanceof TypeError && /fetch/i.test(one.message) ? true : one instanceof Error && one.name === 'TimeoutError';
  return isNetwork(error) || isNetwork(error.cause) || ('code' in error && error.code === 'ERR_JWKS_TIMEOUT');
}

const textOf = (claim: unknown): string | null => (typeof claim === 'string' && claim.trim() !== '' ? claim : null);

/** Deny by default: a claim in another shape, or a group that nobody mapped, gives no role. */
function roleOf(claims: Record<string, unknown>, { roleClaim, roles }: OidcConfig): AgentRole | null {
  const claim = claims[roleClaim] ?? at(claims, roleClaim.split('.'));
  const groups = Array.isArray(claim) ? claim : [claim];
  return roles.find(({ group }) => groups.includes(group))?.role ?? null;
}

const at = (value: unknown, [first, ...rest]: string[]): unknown => {
  if (first === undefined) return value;
  return typeof value === 'object' && value !== null && Object.hasOwn(value, first)
    ? at(Reflect.get(value, first), rest)
    : undefined;
};
