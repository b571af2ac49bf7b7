// The made-up agents of the development login. They exist on this machine alone: never in production, never on a public address.
import type { AgentRole } from '#src/config.ts';
import { ConfigError } from '#src/errors.ts';

export interface SampleAgent {
  key: string;
  name: string;
  alias: string;
  role: AgentRole;
}

const sampleAgents: readonly SampleAgent[] = [
  { key: 'a', name: 'Petugas A', alias: 'Ayu', role: 'agent' },
  { key: 'b', name: 'Petugas B', alias: 'Bima', role: 'agent' },
  { key: 'senior', name: 'Senior', alias: 'Sari', role: 'senior' },
  { key: 'supervisor', name: 'Supervisor', alias: 'Surya', role: 'supervisor' },
  { key: 'auditor', name: 'Auditor', alias: 'Auditor', role: 'auditor' },
  { key: 'admin', name: 'Admin', alias: 'Admin', role: 'admin' },
];

/** @throws ConfigError `config`  the console could be reached from elsewhere */
export function sampleAgentsFor(publicUrl: string): readonly SampleAgent[] {
  const { hostname } = new URL(publicUrl);
  if (/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname)) return sampleAgents;
  throw new ConfigError(['CONSOLE_AUTH: dev lets anybody in and exists on localhost alone']);
}
