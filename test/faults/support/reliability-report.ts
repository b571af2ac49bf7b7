// The table of the last long run, between two marks of docs/reliability.md.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { resolve } from 'node:path';
import type { Tally } from './tally.ts';

export interface Row {
  campaign: string;
  tally: Tally;
}

const file = resolve(import.meta.dirname, '../../../docs/reliability.md');
const begin = '<!-- long run -->';
const end = '<!-- /long run -->';

export function writeReport(rows: readonly Row[], { minutes, seed }: { minutes: number; seed: number }): void {
  const text = readFileSync(file, 'utf8');
  const [before = '', rest = ''] = text.split(begin);
  const after = rest.split(end)[1] ?? '';
  const head = `\`FAULT_MINUTES=${minutes} FAULT_SEED=${seed} npm run test:faults\`, ${new Date().toISOString().slice(0, 10)}, commit ${commit()}, ${cpus().length} cores, Node ${process.version}.`;
  const columns =
    'campaign | conversations | messages | kills | faults | lost | double | stuck | wrong | limited | texts twice | jobs done after, s';
  const lines = rows.map(({ campaign, tally }) => {
    const { conversations, messages, kills, faults, lost, double, stuck, wrong, limited, doubledTexts } = tally;
    const breaches = [lost, double, stuck, wrong].map(({ length }) => length);
    const seconds = (tally.settledAfterMs / 1_000).toFixed(1);
    return [campaign, conversations, messages, kills, faults, ...breaches, limited, doubledTexts, seconds].join(' | ');
  });
  const table = [columns, columns.replace(/[^|]+/g, '---'), ...lines].map((line) => `| ${line} |`).join('\n');
  writeFileSync(file, `${before}${begin}\n${head}\n\n${table}\n${end}${after}`);
}

function commit(): string {
  const git = (...args: string[]) => execFileSync('git', args, { encoding: 'utf8' }).trim();
  try {
    return `${git('rev-parse', '--short', 'HEAD')}${git('status', '--porcelain') === '' ? '' : ' with uncommitted changes'}`;
  } catch {
    return 'unknown';
  }
}
