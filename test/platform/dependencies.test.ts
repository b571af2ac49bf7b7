// req:L1 req:L2 What we depend on is named with its reason, pinned, and runs nothing at install; and no secret is in the repository.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod';

const Names = z.record(z.string(), z.string()).default({});
const Manifest = z.object({
  dependencies: Names,
  devDependencies: Names,
  optionalDependencies: Names,
  allowScripts: z.record(z.string(), z.boolean()),
  scripts: Names,
});
const Lock = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      integrity: z.string().optional(),
      resolved: z.string().optional(),
      hasInstallScript: z.boolean().optional(),
      link: z.boolean().optional(),
    }),
  ),
});

const manifest = Manifest.parse(JSON.parse(readFileSync('package.json', 'utf8')));
const { packages } = Lock.parse(JSON.parse(readFileSync('package-lock.json', 'utf8')));
const locked = Object.entries(packages).filter(([path]) => path !== '');

function listed(heading: string): string[] {
  const section = readFileSync('docs/dependencies.md', 'utf8').split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  return [...section.matchAll(/^\| (\S+) \| (.{4,}) \|$/gm)].map(([, name = '']) => name);
}

test.each([
  ['In production', 'dependencies'],
  ['For development and tests', 'devDependencies'],
  ['What a machine brings by its platform', 'optionalDependencies'],
] as const)('%s: every package has its reason in docs/dependencies.md', (heading, group) => {
  expect(listed(heading)).toEqual(Object.keys(manifest[group]));
});

test('production has at most 15 direct dependencies', () => {
  expect(Object.keys(manifest.dependencies).length).toBeLessThanOrEqual(15);
});

test('every version is exact and every package of the lockfile has its integrity', () => {
  const versions = Object.values({
    ...manifest.dependencies,
    ...manifest.devDependencies,
    ...manifest.optionalDependencies,
  });
  expect(versions.filter((version) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
  expect(locked.filter(([, { integrity }]) => !integrity?.startsWith('sha512-'))).toEqual([]);
  const elsewhere = locked.filter(
    ([, { resolved, link }]) => link || !(resolved === undefined || resolved.startsWith('https://registry.npmjs.org/')),
  );
  expect(elsewhere).toEqual([]);
});

test('no package but the named ones runs a script when it is installed', () => {
  const running = locked
    .filter(([, { hasInstallScript }]) => hasInstallScript)
    .map(([path, { version }]) => `${path.replace(/^.*node_modules\//, '')}@${version}`);
  expect(running).toEqual(Object.keys(manifest.allowScripts));
});

test('the bill of materials names every package of production', () => {
  const text = execFileSync('npm', ['run', '--silent', 'sbom'], { encoding: 'utf8', maxBuffer: 50_000_000 });
  const bill = z
    .object({
      bomFormat: z.literal('CycloneDX'),
      components: z.array(z.object({ name: z.string(), version: z.string(), group: z.string().optional() })),
    })
    .parse(JSON.parse(text));
  const names = bill.components.map(({ name }) => name);
  for (const name of Object.keys(manifest.dependencies)) expect(names).toContain(name);
});

/** What a key or a token of those who give them out looks like. */
const secrets: Record<string, RegExp> = {
  'private key': /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  'AWS key': /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/,
  'GitHub token': /\bgh[pousr]_[A-Za-z0-9]{36}\b/,
  'npm token': /\bnpm_[A-Za-z0-9]{36}\b/,
  'Slack token': /\bxox[abprs]-[A-Za-z0-9-]{10,}/,
  'Google key': /\bAIza[0-9A-Za-z_-]{35}\b/,
  'Twilio API key': /\bSK[0-9a-f]{32}\b/,
  'JSON web token': /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/,
  'URL with a password':
    /\b(?:postgres(?:ql)?|rediss?|smtps?|https?):\/\/[^\s:@/'"`${}<>]+:(?!password|secret|…)[^\s@/'"`${}<>]{8,}@/,
  'assigned secret':
    /(?:SECRET|TOKEN|PASSWORD|ENCRYPTION_KEYS?)["']?[ \t]*[:=][ \t]*["']?(?=[A-Za-z+/_-]*\d)[A-Za-z0-9+/_-]{24,}={0,2}(?![\w(.])/,
};

/** Published by Twilio or drawn for a document: each with where it is. */
const harmless: [file: RegExp, reason: string][] = [
  [/^test\/fixtures\/twilio\//, "Twilio's own published examples"],
  [/^test\/platform\/config\.test\.ts$/, 'made up, to show that no complaint repeats it'],
];

test('no key, token or password is in the repository', () => {
  const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8' });
  const found = files
    .split('\n')
    .filter((file) => /\.(ts|js|mjs|json|md|ya?ml|sh|example|html|css|chat)$|^\.[a-z]|Dockerfile/.test(file))
    .filter(
      (file) => existsSync(file) && file !== 'package-lock.json' && !harmless.some(([pattern]) => pattern.test(file)),
    )
    .flatMap((file) => {
      const text = readFileSync(file, 'utf8');
      return Object.entries(secrets).flatMap(([kind, pattern]) => {
        const [hit] = pattern.exec(text) ?? [];
        return hit === undefined ? [] : [`${file}: ${kind}`];
      });
    });
  expect(found).toEqual([]);
});

test.each([
  ['private key', `-----BEGIN RSA ${'PRIVATE'} KEY-----`],
  ['Twilio API key', `SK${'0a'.repeat(16)}`],
  ['URL with a password', `postgres://ubah:${'h4Dk39sLq0'}@db.internal/ubah`],
  ['assigned secret', `TWILIO_AUTH_TOKEN=${'a1b2c3d4'.repeat(4)}`],
])('the search would find a %s', (kind, text) => {
  expect(text).toMatch(secrets[kind] ?? /never/);
});
