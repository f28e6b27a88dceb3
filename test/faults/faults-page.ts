import { faultRows, type FaultRow } from './rows.js';
import type { TaggedTest } from './tagged-tests.js';

export const PAGE = 'docs/faults.md';

const HEAD = `# Faults that trials from outside found

Each is the example of a kind: what was wrong, what is true now, and the tests that show it. A test names its fault at the end of its title, \`(fault 17)\`;
this page is written from those titles by \`npm run faults\` and held by \`test/faults\`, which also fails when one that is not named open has no test.
`;

/** The page, from the rows and the titles that name them. */
export function faultsPage(tests: readonly TaggedTest[]): string {
  const groups = faultRows.map(([group, rows]) =>
    [`## ${group}`, ...rows.map((row) => section(row, testsOf(row, tests)))].join('\n\n'),
  );
  return `${[HEAD.trimEnd(), ...groups].join('\n\n')}\n`;
}

export const testsOf = ({ fault }: FaultRow, tests: readonly TaggedTest[]): readonly TaggedTest[] =>
  tests.filter(({ faults }) => faults.includes(fault));

function section({ fault, was, is, open }: FaultRow, tests: readonly TaggedTest[]): string {
  const state = open === undefined ? [] : [`Open: ${open}.`];
  const shown = tests.map(({ file, title }) => `- [${file}](../${file}): ${title}`);
  return [
    `**${fault}.** ${was} *${open === undefined ? 'Now' : 'To come'}:* ${is}`,
    ...state,
    ...(shown.length > 0 ? ['', ...shown] : []),
  ].join('\n');
}
