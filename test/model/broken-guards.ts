// The guards of the rule of change, each taken away on purpose: the model has to notice.
import type { World as Ports } from '#src/conversation/provide-actors.ts';
import { createMemoryFacts, type Guard } from './memory-facts.ts';
import type { Breakage, MakeFacts } from './world.ts';

export interface Broken extends Breakage {
  /** what no longer holds */
  name: string;
  makeFacts?: MakeFacts;
}

export interface Found extends Broken {
  /** what the counter-example says */
  finds: string;
}

const withoutGuards = (...without: Guard[]): { makeFacts: MakeFacts } => ({
  makeFacts: (needs) => createMemoryFacts({ ...needs, without }),
});

/** Who compares says yes, and keeps nothing of it. */
const takingAnyCode = (ports: Ports): Ports => ({
  ...ports,
  challenges: { ...ports.challenges, check: async () => ({ result: 'right' }) },
});

export const brokenGuards: readonly Found[] = [
  { name: 'any code is right', finds: 'without the code sent to the new value', ...withoutGuards('codeIsRight') },
  { name: 'a code lives for ever', finds: 'without', ...withoutGuards('codeIsYoung') },
  {
    name: 'the directory says yes to every PIN',
    finds: 'without the PIN',
    ports: (ports) => ({
      ...ports,
      directory: { ...ports.directory, verifyPin: async () => ({ result: 'ok' }) },
    }),
  },
  { name: 'wrong PINs are not counted', finds: 'wrong PINs in a day', ...withoutGuards('pinsAreCounted') },
  {
    name: 'every sender counts as the registered number',
    finds: 'without a leg',
    ports: (ports) => ({
      ...ports,
      changes: {
        ...ports.changes,
        confirm: (request) => ports.changes.confirm({ ...request, oldChannelProved: true }),
      },
    }),
  },
  {
    name: 'a swapped SIM still vouches',
    finds: 'without a leg',
    ports: (ports) => ({ ...ports, numberRisk: { of: async () => 'low' } }),
  },
  {
    name: 'a forged SMS sender is trusted where the page is asked for',
    finds: 'without a leg',
    ports: (ports) => ({ ...ports, policy: { ...ports.policy, proof: { ...ports.policy.proof, smsFrom: 'trust' } } }),
  },
  { name: 'any code at an old contact point is right', finds: 'without a leg', ...withoutGuards('oldCodeIsRight') },
  { name: 'a hold is over at once', finds: 'without a leg', ...withoutGuards('holdIsOver') },
  {
    name: 'a cancelled change is applied all the same',
    finds: 'although it was cancelled',
    ...withoutGuards('cancelStops'),
  },
  { name: 'old contact points are not told', finds: 'nobody was told', ...withoutGuards('oldContactsAreTold') },
  {
    name: 'any code is taken, and nobody looks the proof up',
    finds: 'without',
    ...withoutGuards('proofIsLookedUp'),
    ports: takingAnyCode,
  },
];

/** Where one guard is gone, another one behind it holds: the model has to find nothing. */
export const guardedTwice: readonly Broken[] = [
  { name: 'any code is taken, and the records look the proof up', ports: takingAnyCode },
  { name: 'nobody looks the proof up, and the chart asks for it', ...withoutGuards('proofIsLookedUp') },
  {
    name: 'a hold is released without a look at the proof, and the chart asks for it',
    ...withoutGuards('releaseIsProved'),
  },
];
