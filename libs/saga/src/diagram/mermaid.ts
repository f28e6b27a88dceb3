/** How a node looks: a step, a decision, a wait, a beginning or an end. */
export type Shape = 'box' | 'decision' | 'wait' | 'end';

const BRACKETS: Readonly<Record<Shape, readonly [string, string]>> = {
  box: ['[', ']'],
  decision: ['{{', '}}'],
  wait: ['[/', '/]'],
  end: ['([', '])'],
};

/** What Mermaid would read as markup stands for itself. */
const text = (label: string): string =>
  label.replaceAll('#', '#35;').replaceAll('"', '#quot;').replaceAll('<', '#lt;').replaceAll('>', '#gt;');

/** A node with its lines. */
export const node = (id: string, shape: Shape, ...lines: readonly string[]): string =>
  `${id}${BRACKETS[shape][0]}"${lines.map(text).join('<br>')}"${BRACKETS[shape][1]}`;

/** Nodes that belong together; arrows may lead to it and from it as to a node. */
export const subgraph = (id: string, label: string, nodes: readonly string[]): readonly string[] => [
  `subgraph ${id}["${text(label)}"]`,
  ...nodes.map((line) => `  ${line}`),
  'end',
];

/** What comes next when all goes well. */
export const next = (from: string, to: string, label?: string): string => `${from} -->${labelled(label)} ${to}`;

/** Where it goes when it does not. */
export const otherwise = (from: string, to: string, label?: string): string => `${from} -.->${labelled(label)} ${to}`;

const labelled = (label: string | undefined): string => (label === undefined ? '' : `|"${text(label)}"|`);

export const flowchart = (direction: 'LR' | 'TD', lines: readonly string[]): string =>
  [`flowchart ${direction}`, ...lines.map((line) => `  ${line}`)].join('\n');
