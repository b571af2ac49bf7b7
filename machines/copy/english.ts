// Everything said in English.
import { helps } from './english/helps.ts';
import { letters } from './english/letters.ts';
import { notices } from './english/notices.ts';
import { prompts } from './english/prompts.ts';
import type { Copy } from './keys.ts';

export const english = { prompts, helps, notices, letters } satisfies Copy;
