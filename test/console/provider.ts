// An identity provider on another origin: as much of OpenID Connect as a sign-in and a logout need, with real signatures.
import { createHash, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';

export interface Provider {
  issuer: string;
  /** who signs in next, and what the ID token says of them */
  claims: JWTPayload;
  /** what the last sign-in asked for */
  asked: URLSearchParams | null;
  /** Signed by this provider's key. */
  sign(claims: JWTPayload, key?: 'ours' | 'foreign'): Promise<string>;
  stop(): Promise<void>;
}

export async function startProvider({ clientId, secret }: { clientId: string; secret: string }): Promise<Provider> {
  const [ours, foreign] = await Promise.all([generateKeyPair('RS256'), generateKeyPair('RS256')]);
  const key = { ...(await exportJWK(ours.publicKey)), kid: 'one', alg: 'RS256', use: 'sig' };
  const codes = new Map<string, { challenge: string; nonce: string }>();
  const provider: Provider = {
    issuer: '',
    claims: { sub: 'nobody' },
    asked: null,
    sign: (claims, by = 'ours') =>
      new SignJWT({ iss: provider.issuer, aud: clientId, ...claims })
        .setProtectedHeader({ alg: 'RS256', kid: 'one' })
        .setIssuedAt(claims.iat ?? undefined)
        .sign((by === 'ours' ? ours : foreign).privateKey),
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', provider.issuer);
    const json = (body: object, status = 200) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (pathname === '/.well-known/openid-configuration') {
      return json({
        issuer: provider.issuer,
        authorization_endpoint: `${provider.issuer}/authorize`,
        token_endpoint: `${provider.issuer}/token`,
        jwks_uri: `${provider.issuer}/keys`,
        end_session_endpoint: `${provider.issuer}/logout`,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
        code_challenge_methods_supported: ['S256'],
      });
    }
    if (pathname === '/keys') return json({ keys: [key] });
    if (pathname === '/authorize') {
      provider.asked = searchParams;
      const code = randomUUID();
      codes.set(code, { challenge: searchParams.get('code_challenge') ?? '', nonce: searchParams.get('nonce') ?? '' });
      const back = new URL(searchParams.get('redirect_uri') ?? '');
      back.search = new URLSearchParams({ code, state: searchParams.get('state') ?? '' }).toString();
      return response.writeHead(302, { location: back.href }).end();
    }
    let body = '';
    for await (const part of request) body += part;
    const form = new URLSearchParams(body);
    const known = codes.get(form.get('code') ?? '');
    codes.delete(form.get('code') ?? '');
    const proof = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    if (form.get('client_secret') !== secret || known === undefined || proof !== known.challenge) {
      return json({ error: 'invalid_grant' }, 400);
    }
    const soon = Math.floor(Date.now() / 1000) + 60;
    const idToken = await provider.sign({ exp: soon, nonce: known.nonce, ...provider.claims });
    json({ access_token: 'canary-access-token', token_type: 'Bearer', expires_in: 60, id_token: idToken });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  provider.issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return provider;
}
