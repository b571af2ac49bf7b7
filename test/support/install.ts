// Brings what a test needs and the machine lacks, saying the command before it runs.
import { spawnSync } from 'node:child_process';
import { onPath } from '#src/simulator/embedded/redis.ts';

/**
 * Installs a package of the system where that is allowed; two at a time wait for each other.
 * @throws Error with what to do by hand
 */
export function installWithApt(name: string, otherwise: string): void {
  const apt = onPath('apt-get');
  if (apt === null || process.getuid?.() !== 0) throw new Error(`${name} is missing. ${otherwise}`);
  const run = (...args: string[]) => {
    console.log(`${name} is missing, so this runs: apt-get ${args.join(' ')}`);
    return spawnSync(apt, ['-o', 'DPkg::Lock::Timeout=300', ...args], {
      stdio: ['ignore', 'ignore', 'pipe'],
      encoding: 'utf8',
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
  };
  const install = () => run('install', '-y', '--no-install-recommends', name);
  if (install().status === 0) return;
  // The lists of packages may be missing, as in a fresh container, or too old.
  run('update');
  const { status, stderr } = install();
  if (status !== 0) throw new Error(`apt-get could not install ${name}. ${otherwise}\n${stderr.trim()}`);
}
