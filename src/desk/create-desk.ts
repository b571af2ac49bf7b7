// The contact centre that the settings name: how it is told, and how it comes in.
import type { Router } from 'express';
import type { DeskConfig } from '#src/config.ts';
import type { DeskLinks, ExternalDesk, TakeDeskCall } from '#src/conversation/external-desk.ts';
import type { Clock } from '#src/conversation/ports.ts';
import type { Logger } from '#src/log.ts';
import { chatwootPaths, createChatwootDesk, readChatwoot } from './chatwoot-desk.ts';
import { createWayIn } from './way-in.ts';
import { createWebhookDesk, readWebhooks, webhookPaths } from './webhook-desk.ts';

export function createDesk({
  config,
  links,
  take,
  budgetMs,
  maxKilobytes,
  clock,
  log,
}: {
  config: DeskConfig;
  links: DeskLinks;
  take: TakeDeskCall;
  budgetMs: number;
  maxKilobytes: number;
  clock: Clock;
  log: Logger;
}): { desk: ExternalDesk; router: Router } {
  const wayIn = { take, maxKilobytes, log };
  if (config.kind === 'webhook') {
    const reading = readWebhooks(config, { clock });
    return {
      desk: createWebhookDesk(config, { budgetMs, clock }),
      router: createWayIn({ ...wayIn, paths: webhookPaths, reading }),
    };
  }
  const reading = readChatwoot(config, { links, clock });
  return {
    desk: createChatwootDesk(config, { links, budgetMs }),
    router: createWayIn({ ...wayIn, paths: chatwootPaths, reading }),
  };
}
