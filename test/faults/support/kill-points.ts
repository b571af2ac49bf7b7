// Every waiting state of the conversation, what is said there, and the failpoints that this passes.
import type { Failpoint } from '#src/failpoint.ts';
import { eventually } from '../../support/world.ts';
import { type Member, pin } from './crowd.ts';
import type { FaultWorld } from './fault-world.ts';
import type { Participant } from './participant.ts';

export interface Line {
  /** in which the message arrives */
  state: string;
  say: (one: Participant, world: FaultWorld) => Promise<string | null> | string;
  /** typed on the page whose link came last, instead of in the chat */
  onPage?: true;
  /** what it is answered, whoever answers */
  hears: RegExp;
  /** beyond those of every turn; `name:2` is its second passing; null: only the way to where the scene begins */
  passes: string[] | null;
  arrange?: (world: FaultWorld, one: Participant) => Promise<void> | void;
  /** its result comes later, and the next line waits for it */
  isLeftToJob?: true;
}

export interface Scene {
  name: string;
  /** not the registered number */
  isStranger?: boolean;
  lines: Line[];
  /** goes on to the end of the change afterwards */
  goesOn: boolean;
  /** what the directory has been told in the end */
  writes: 0 | 1;
}

const ofEveryTurn: Failpoint[] = [
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
const ofEveryPage: Failpoint[] = [
  'enter.afterAdvance',
  'session.beforeCommit',
  'session.afterCommit',
  'enter.afterCommit',
  'enter.afterSay',
];
/** Only the way to where a scene begins. */
const onTheWay = (lines: Line[]): Line[] => lines.map((line) => ({ ...line, passes: null }));
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
    passes: ['guess.afterCount', 'guess.afterCompare', 'guess.afterConclude', 'page.afterOpen', ...commits(3)],
  },
];
const pinPasses = ['pin.afterRead', 'pin.afterCount', 'pin.afterDirectory', 'pin.afterChecked', 'change.afterConfirm'];
const settlePasses = ['settle.afterClaim', 'settle.afterDirectory', 'settle.afterConclude'];
/** A PIN that may have been compared counts, and is asked for again: it fails closed, and says so. */
const saved = /^Selesai\b|belum dapat kami periksa|sedang kami proses/;
const held = /mulai berlaku|belum dapat kami periksa|sedang kami proses/;

const asksForAgent: Line = {
  state: 'chooseField, asking for help',
  say: () => 'PETUGAS',
  hears: /165/,
  passes: ['case.afterOpen', ...commits(1)],
};
const isClaimed = async (world: FaultWorld, one: Participant) => {
  await (await world.desk()).claim(one);
  await one.hear(/^Petugas 165 - /);
};
const isGivenBack = async (world: FaultWorld, one: Participant) => {
  await isClaimed(world, one);
  await (await world.desk()).returnToMenu(one);
  await one.hear(/Percakapan dengan petugas selesai/);
};
const cancelCodeOf = ({ member }: Participant, { ledgers }: FaultWorld) =>
  eventually(
    () => (ledgers.texts.get(member.email) ?? []).map((text) => /BATAL (\S+-\S+)/.exec(text)?.[1]).findLast(Boolean),
    'the letter with its code',
  );
const keptForAgent = ['turn.afterKeepMessage', ...commits(1)];

export const scenes: Scene[] = [
  {
    name: 'from the registered number',
    goesOn: true,
    writes: 1,
    lines: [
      ...toPin,
      { state: 'askPin', say: () => pin, hears: saved, passes: [...pinPasses, ...settlePasses, ...commits(4)] },
      { state: 'chooseField, after the change', say: () => 'terima kasih', hears: /Sama-sama/, passes: [] },
    ],
  },
  {
    name: 'with the PIN on its page',
    goesOn: true,
    writes: 1,
    lines: [
      ...onTheWay(toPin),
      {
        state: 'askPin, on its page',
        say: () => pin,
        onPage: true,
        hears: /Selesai|belum dapat kami periksa/,
        passes: [...pinPasses, ...settlePasses, ...commits(5)],
      },
    ],
  },
  {
    name: 'from the registered number, and reported from there',
    goesOn: false,
    writes: 1,
    lines: [
      ...onTheWay(toPin),
      { state: 'askPin', say: () => pin, hears: saved, passes: null },
      {
        state: 'chooseField, denying the change',
        say: () => 'BUKAN SAYA',
        hears: /^Laporan/,
        passes: ['change.afterReport', ...commits(1)],
      },
    ],
  },
  {
    name: 'from another number, cancelled while it is held',
    isStranger: true,
    goesOn: false,
    writes: 0,
    lines: [
      ...onTheWay(toPin),
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
    name: 'from another number, cancelled by the code of the letter',
    isStranger: true,
    goesOn: false,
    writes: 0,
    lines: [
      ...onTheWay(toPin),
      { state: 'askPin', say: () => pin, hears: held, passes: null },
      {
        state: 'chooseField, with the code of the letter',
        say: async (one, world) => `BATAL ${await cancelCodeOf(one, world)}`,
        hears: /batal/i,
        passes: ['change.afterCancelCode', ...commits(1)],
      },
    ],
  },
  {
    name: 'from another number, released by a code to the old address',
    isStranger: true,
    goesOn: true,
    writes: 1,
    lines: [
      ...onTheWay(toPin),
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
        passes: ['release.afterStart', 'code.afterTake', 'code.afterSend', 'code.afterSent', ...commits(2)],
      },
      {
        state: 'askOldCode',
        say: (one) => one.answerTo('Ketik kode dari kontak lama'),
        hears: /^Selesai/,
        passes: [
          ...['guess.afterCount', 'guess.afterCompare', 'guess.afterConclude'],
          ...['release.afterProof', 'release.afterRelease', ...settlePasses, ...commits(5)],
        ],
      },
    ],
  },
  {
    name: 'with a likelier spelling',
    goesOn: true,
    writes: 1,
    lines: [
      ...onTheWay([...toMenu, chooseEmail]),
      { state: 'askNewValue, misspelt', say: ({ member }) => member.oddEmail, hears: /TIDAK/, passes: [] },
      { state: 'confirmSuggestion', say: () => 'TIDAK', hears: /YA/, passes: ['value.afterDirectory'] },
    ],
  },
  {
    name: 'to Care Center 165 and back',
    goesOn: true,
    writes: 1,
    lines: [
      ...onTheWay(toMenu),
      asksForAgent,
      { state: 'waitForAgent', say: () => 'saya bingung', hears: /./, passes: keptForAgent },
      {
        state: 'waitForAgent, asking for the place',
        say: () => 'POSISI',
        hears: /menunggu petugas/,
        passes: ['case.afterPlace', ...keptForAgent],
      },
      { state: 'waitForAgent, going back', say: () => 'MENU', hears: /TIDAK/, passes: keptForAgent },
      {
        state: 'confirmLeave',
        say: () => 'YA',
        hears: /ganti email/i,
        passes: ['case.afterLeave', 'turn.afterKeepMessage', ...commits(2)],
      },
    ],
  },
  {
    name: 'with an agent of Care Center 165',
    goesOn: true,
    writes: 1,
    lines: [
      ...onTheWay([...toMenu, asksForAgent]),
      {
        state: 'talkToAgent',
        arrange: isClaimed,
        say: () => 'nomor lama saya mati',
        hears: /^$/,
        passes: keptForAgent,
      },
      { state: 'talkToAgent, who has helped', say: () => 'SELESAI', hears: /Akhiri percakapan/, passes: keptForAgent },
      {
        state: 'confirmFinish',
        say: () => 'YA',
        hears: /layanan otomatis/,
        passes: ['case.afterLeave', 'turn.afterKeepMessage', ...commits(2)],
      },
    ],
  },
  {
    name: 'given back by an agent',
    goesOn: true,
    writes: 1,
    lines: [
      ...onTheWay([...toMenu, asksForAgent]),
      {
        state: 'chooseField, given back by an agent',
        arrange: isGivenBack,
        say: () => '1',
        hears: /email baru/,
        passes: [],
      },
    ],
  },
  {
    name: 'begun for somebody on the phone',
    goesOn: true,
    writes: 1,
    lines: [
      ...onTheWay([hello]),
      {
        state: 'askNumber, with the word of a call',
        say: async (_, world) => `KASUS ${await (await world.desk()).makeWord()}`,
        hears: /petugas tetap memantau/,
        passes: ['case.afterBind', 'case.afterNoteStep', ...commits(2)],
      },
      {
        state: 'askNumber, with an agent looking on',
        say: ({ member }) => member.nik,
        hears: /tanggal lahir/,
        passes: ['case.afterNoteStep', ...keptForAgent],
      },
      ...onTheWay(toPin.slice(2)),
      {
        state: 'askPin, with an agent looking on',
        say: () => pin,
        hears: saved,
        passes: ['case.afterNoteStep', 'change.afterConfirm', 'settle.afterConclude'],
      },
    ],
  },
  {
    name: 'while the directory is slow to save',
    goesOn: true,
    writes: 1,
    lines: [
      ...onTheWay(toPin),
      {
        state: 'askPin, saved later',
        say: () => pin,
        hears: /proses|^Selesai/,
        passes: null,
        isLeftToJob: true,
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
  scene.lines.flatMap(({ passes, onPage }, at) => {
    if (passes === null) return [];
    return [...(onPage ? ofEveryPage : ofEveryTurn), ...passes].map(
      (name): KillPoint => ({ scene, at, armed: armedAt(name) }),
    );
  }),
);

function armedAt(name: string): `${Failpoint}:${number}` {
  return (name.includes(':') ? name : `${name}:1`) as `${Failpoint}:${number}`;
}

export const stateOf = ({ scene, at }: KillPoint): string => scene.lines[at]?.state ?? '';
