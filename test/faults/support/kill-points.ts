// Every waiting state of the conversation, what is said there, and the failpoints that this passes.
import type { Failpoint } from '#src/failpoint.ts';
import { type Member, pin } from './crowd.ts';
import type { FaultWorld } from './fault-world.ts';
import type { Participant } from './participant.ts';

export interface Line {
  /** in which the message arrives */
  state: string;
  say: (one: Participant) => Promise<string | null> | string;
  /** what it is answered, whoever answers */
  hears: RegExp;
  /** beyond those of every turn; `name:2` is its second passing; null: only the way to where the scene begins */
  passes: string[] | null;
  arrange?: (world: FaultWorld) => void;
}

export interface Scene {
  name: string;
  /** not the registered number */
  isStranger?: boolean;
  lines: Line[];
  /** goes on to the end of the change afterwards */
  goesOn: boolean;
}

export const ofEveryTurn: Failpoint[] = [
  'turn.began',
  'turn.afterOpen',
  'turn.afterAdvance',
  'session.beforeCommit',
  'session.afterCommit',
  'turn.beforeReply',
];

/** The first n transactions of a message. */
const commits = (count: number) =>
  Array.from({ length: count }, (_, index) => [
    `records.beforeCommit:${index + 1}`,
    `records.afterCommit:${index + 1}`,
  ]).flat();

const hello: Line = {
  state: 'nobody wrote yet',
  say: () => 'halo',
  hears: /NIK/,
  passes: ['turn.afterOptOut', ...commits(1)],
};
const toMenu: Line[] = [
  hello,
  { state: 'askNumber', say: ({ member }) => member.nik, hears: /tanggal lahir/, passes: [] },
  {
    state: 'askBirthDate',
    say: ({ member }) => member.birthDate,
    hears: /ganti email/i,
    passes: ['identify.afterCount', 'identify.afterDirectory', ...commits(2)],
  },
];
const chooseEmail: Line = { state: 'chooseField', say: () => '1', hears: /email baru/, passes: [] };
const value = ({ newEmail }: Member) => newEmail;
const toPin: Line[] = [
  ...toMenu,
  chooseEmail,
  { state: 'askNewValue', say: ({ member }) => value(member), hears: /YA/, passes: ['value.afterDirectory'] },
  {
    state: 'confirmNewValue',
    say: () => 'YA',
    hears: /kode terbaru|ketik kode/,
    passes: ['code.afterStart', 'code.afterTake', 'code.afterSend', 'code.afterSent', ...commits(2)],
  },
  {
    state: 'askCode',
    say: (one) => one.answerTo('Mohon ketik kode'),
    hears: /PIN Mobile JKN/,
    passes: ['guess.afterCount', 'guess.afterCompare', 'guess.afterConclude', ...commits(2)],
  },
];
const pinPasses = ['pin.afterRead', 'pin.afterCount', 'pin.afterDirectory', 'pin.afterChecked', 'change.afterConfirm'];
const settlePasses = ['settle.afterClaim', 'settle.afterDirectory', 'settle.afterConclude'];
/** A PIN that may have been compared counts, and is asked for again: it fails closed, and says so. */
const saved = /^Selesai\b|belum dapat kami periksa/;
const held = /mulai berlaku|belum dapat kami periksa/;

export const scenes: Scene[] = [
  {
    name: 'from the registered number',
    goesOn: true,
    lines: [
      ...toPin,
      { state: 'askPin', say: () => pin, hears: saved, passes: [...pinPasses, ...settlePasses, ...commits(4)] },
      { state: 'chooseField, after the change', say: () => 'terima kasih', hears: /Sama-sama/, passes: [] },
    ],
  },
  {
    name: 'from another number, cancelled while it is held',
    isStranger: true,
    goesOn: false,
    lines: [
      ...toPin.map((line) => ({ ...line, passes: null })),
      { state: 'askPin, of a stranger', say: () => pin, hears: held, passes: [...pinPasses, ...commits(3)] },
      {
        state: 'chooseField, while the change is held',
        say: () => 'BATAL',
        hears: /batal/i,
        passes: ['change.afterStop', ...commits(1)],
      },
    ],
  },
  {
    name: 'from another number, released by a code to the old address',
    isStranger: true,
    goesOn: false,
    lines: [
      ...toPin.map((line) => ({ ...line, passes: null })),
      { state: 'askPin', say: () => pin, hears: held, passes: null },
      {
        state: 'chooseField, asking for the old code',
        say: () => 'KODE LAMA',
        hears: /kontak lama mana/,
        passes: ['release.afterFind'],
      },
      {
        state: 'chooseOldContact',
        say: () => '1',
        hears: /kontak lama/,
        passes: ['code.afterStart', 'code.afterTake', 'code.afterSend', 'code.afterSent', ...commits(2)],
      },
      {
        state: 'askOldCode',
        say: (one) => one.codeAt(one.member.email),
        hears: /^Selesai/,
        passes: ['release.afterProof', 'release.afterRelease', ...settlePasses, ...commits(4)],
      },
    ],
  },
  {
    name: 'with a likelier spelling',
    goesOn: true,
    lines: [
      ...[...toMenu, chooseEmail].map((line) => ({ ...line, passes: null })),
      { state: 'askNewValue, misspelt', say: ({ member }) => member.oddEmail, hears: /TIDAK/, passes: [] },
      { state: 'confirmSuggestion', say: () => 'TIDAK', hears: /YA/, passes: ['value.afterDirectory'] },
    ],
  },
  {
    name: 'to Care Center 165 and back',
    goesOn: true,
    lines: [
      ...toMenu.map((line) => ({ ...line, passes: null })),
      {
        state: 'chooseField, asking for help',
        say: () => 'PETUGAS',
        hears: /165/,
        passes: ['case.afterOpen', ...commits(1)],
      },
      {
        state: 'waitForAgent',
        say: () => 'saya bingung',
        hears: /./,
        passes: ['turn.afterKeepMessage', ...commits(1)],
      },
      { state: 'waitForAgent, going back', say: () => 'MENU', hears: /TIDAK/, passes: [] },
      { state: 'confirmLeave', say: () => 'YA', hears: /ganti email/i, passes: ['case.afterLeave', ...commits(1)] },
    ],
  },
  {
    name: 'while the directory is slow to save',
    goesOn: true,
    lines: [
      ...toPin.map((line) => ({ ...line, passes: null })),
      {
        state: 'askPin, saved later',
        say: () => pin,
        hears: /proses|^Selesai/,
        passes: null,
        arrange: ({ directoryServer }) => {
          const fault = { call: 'changeContact', when: 'before', how: { kind: 'status', status: 503 } } as const;
          directoryServer.arm(fault, fault);
        },
      },
      { state: 'waitForResult', say: () => 'ULANG', hears: /^Selesai/, passes: settlePasses },
    ],
  },
];

export interface KillPoint {
  scene: Scene;
  /** index of the line that is said to the process that dies */
  at: number;
  /** `name:nth` */
  armed: `${Failpoint}:${number}`;
}

export const killPoints: KillPoint[] = scenes.flatMap((scene) =>
  scene.lines.flatMap(({ passes }, at) =>
    passes === null ? [] : [...ofEveryTurn, ...passes].map((name): KillPoint => ({ scene, at, armed: armedAt(name) })),
  ),
);

function armedAt(name: string): `${Failpoint}:${number}` {
  return (name.includes(':') ? name : `${name}:1`) as `${Failpoint}:${number}`;
}

export const stateOf = ({ scene, at }: KillPoint): string => scene.lines[at]?.state ?? '';
