// Draws the statechart as Mermaid: the dialogues into README.md, every state into docs/statechart.md.
import { readFileSync, writeFileSync } from 'node:fs';
import type { AnyStateNode } from 'xstate';
import { conversationMachine } from '#machines/conversation.machine.ts';

const { root } = conversationMachine;
const dialogues = Object.values(root.states);

/** `#conversation.prove.sending`, `.checking` and plain names all become the node that they lead to. */
const targetsOf = (node: AnyStateNode) =>
  [...node.transitions.values()]
    .flat()
    .concat(node.always ?? [])
    .flatMap((transition) =>
      (transition.target ?? []).map((target) => ({
        event: transition.eventType === '' ? '' : transition.eventType.replace(/^xstate\..*/, ''),
        target: target as AnyStateNode,
      })),
    );

const walk = (node: AnyStateNode): AnyStateNode[] => [node, ...Object.values(node.states).flatMap(walk)];
const dialogueOf = (node: AnyStateNode) => node.path[0] ?? '';
const nameOf = (node: AnyStateNode) => node.path.join('_');
const leafOf = (node: AnyStateNode): AnyStateNode => {
  const [first] = Object.keys(node.states).length === 0 ? [] : node.initial.target;
  return first === undefined ? node : leafOf(first as AnyStateNode);
};

/** The dialogues and what leads from one to the next; words that work everywhere and the ways back are left out. */
export function drawDialogues(): string {
  const edges = new Map<string, Set<string>>();
  const drawn = dialogues.filter((dialogue) => Object.keys(dialogue.states).length > 0).map(({ key }) => key);
  for (const dialogue of dialogues.filter(({ key }) => drawn.includes(key)))
    for (const node of walk(dialogue))
      for (const { event, target } of targetsOf(node)) {
        const to = dialogueOf(target);
        if (!drawn.includes(to) || to === dialogueOf(dialogue) || event === 'turn.ranOut' || event === 'world.failed')
          continue;
        const edge = `${dialogue.key} --> ${to}`;
        edges.set(edge, (edges.get(edge) ?? new Set()).add(event));
      }
  const lines = [...edges].map(([edge, events]) => {
    const label = [...events].filter((event) => event !== '').join('<br>');
    return label === '' ? `  ${edge}` : `  ${edge}: ${label}`;
  });
  const anywhere = ['word.agent', 'word.cancel']
    .flatMap((event) => targetsOf(root).filter((way) => way.event === event))
    .map(({ event, target }) => `  any --> ${dialogueOf(target)}: ${event}`);
  const first = root.initial.target[0]?.key;
  return ['stateDiagram-v2', `  [*] --> ${first}`, ...lines, ...anywhere].join('\n');
}

/** One diagram a dialogue: its states, their prompts, and every way on. */
export function drawDialogue(dialogue: AnyStateNode): string {
  const lines = ['stateDiagram-v2'];
  const outside = new Set<AnyStateNode>();
  for (const node of walk(dialogue)) {
    if (Object.keys(node.states).length > 0) continue;
    const does = node.invoke.map(({ src }) => `does ${String(src)}`);
    const asks = node.meta?.prompt === undefined ? [] : [`asks ${node.meta.prompt}`];
    lines.push(`  state "${[node.key, ...asks, ...does].join('\\n')}" as ${nameOf(node)}`);
    for (let from: AnyStateNode | undefined = node; from !== undefined && from !== root; from = from.parent)
      for (const { event, target } of targetsOf(from)) {
        const leaf = leafOf(target);
        if (dialogueOf(leaf) !== dialogue.key) outside.add(leaf);
        lines.push(`  ${nameOf(node)} --> ${nameOf(leaf)}${event === '' ? '' : `: ${event}`}`);
      }
  }
  for (const node of outside) lines.push(`  state "${node.path.join('.')}" as ${nameOf(node)}`);
  return [...new Set(lines)].join('\n');
}

const fence = (diagram: string) => `\`\`\`mermaid\n${diagram}\n\`\`\``;

export function drawDocument(): string {
  const everywhere = [...root.transitions.keys()].sort().map((event) => `\`${event}\``);
  const parts = dialogues
    .filter((dialogue) => Object.keys(dialogue.states).length > 0)
    .map((dialogue) => `## ${dialogue.key}\n\n${fence(drawDialogue(dialogue))}`);
  return [
    '# The statechart',
    'Drawn from `machines/conversation.machine.ts` by `npm run chart`; a test checks that it is current.',
    `At every step: ${everywhere.join(', ')}.`,
    ...parts,
    '',
  ].join('\n\n');
}

const begin = '<!-- chart -->';
const end = '<!-- /chart -->';

/** The README with the picture of today. */
export function inReadme(readme: string): string {
  const [before = '', rest = ''] = readme.split(begin);
  const [, after = ''] = rest.split(end);
  return `${before}${begin}\n${fence(drawDialogues())}\n${end}${after}`;
}

if (import.meta.main) {
  writeFileSync('docs/statechart.md', drawDocument());
  writeFileSync('README.md', inReadme(readFileSync('README.md', 'utf8')));
}
