// Everything said in Indonesian, which is the first language of this service.
import { helps } from './indonesian/helps.ts';
import { letters } from './indonesian/letters.ts';
import { notices } from './indonesian/notices.ts';
import { prompts } from './indonesian/prompts.ts';
import type { Copy } from './keys.ts';

export const indonesian = { prompts, helps, notices, letters } satisfies Copy;
