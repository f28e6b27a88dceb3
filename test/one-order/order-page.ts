import { linesOfThePackages } from './lines-of-the-packages.js';
import { linesOfTheShop } from './lines-of-the-shop.js';
import type { OrderFiles } from './order-files.js';

export const PAGE = 'docs/architecture/one-order.md';

/** What each file does for an order, by its path. */
export const lines: Readonly<Record<string, string>> = { ...linesOfTheShop, ...linesOfThePackages };

const HEAD = `# One order, file by file

From \`POST /v1/orders\` to \`confirmed\`: every source file of which a function is called or a class constructed on the way, numbered by when that is for the first time. They are
recorded, not picked: \`npm run one-order\` places orders in a shop of one process on the embedded database that tells what it enters, and writes this page with one line for each file;
\`test/hosts\` places orders anew, and fails when a file no longer takes part or another one does. On PostgreSQL and RabbitMQ others take the place
of those of \`libs/embedded\` and of the calls within one process.
`;

/** The page, from what orders entered. @throws {Error} naming the files that have no line yet */
export function orderPage({ untilSaga, untilConfirmed }: OrderFiles): string {
  const unknown = [...untilSaga, ...untilConfirmed].filter((file) => lines[file] === undefined);
  if (unknown.length > 0)
    throw new Error(`say in one line what each does, in test/one-order/lines-of-*.ts: ${unknown.join(', ')}`);
  return `${[
    HEAD.trimEnd(),
    counts([
      ["until the saga's first step", untilSaga],
      ['from there until confirmed', untilConfirmed],
      ['together', [...untilSaga, ...untilConfirmed]],
    ]),
    ...section("Until the saga's first step", untilSaga, 0),
    ...section('Step by step until confirmed, and the answer meanwhile', untilConfirmed, untilSaga.length),
  ].join('\n\n')}\n`;
}

/** The files that the page names, as it has them. */
export function orderFilesOn(page: string): OrderFiles {
  const [, untilSaga = '', untilConfirmed = ''] = page.split(/^## /m);
  return { untilSaga: rowsOf(untilSaga), untilConfirmed: rowsOf(untilConfirmed) };
}

const rowsOf = (text: string): readonly string[] =>
  [...text.matchAll(/^\| (\d+) \| \[([^\]]+)\]/gm)]
    .toSorted(([, a], [, b]) => Number(a) - Number(b))
    .flatMap(([, , file]) => file ?? []);

const ofOrders = (file: string): boolean => file.startsWith('src/orders/');
const ofShop = (file: string): boolean => file.startsWith('src/');

const counts = (parts: readonly (readonly [string, readonly string[]])[]): string =>
  [
    '| files | of orders | of other contexts | of the packages |',
    '| --- | --- | --- | --- |',
    ...parts.map(([name, files]) => {
      const orders = files.filter(ofOrders).length;
      const shop = files.filter(ofShop).length;
      return `| ${name} | ${orders} | ${shop - orders} | ${files.length - shop} |`;
    }),
  ].join('\n');

function section(title: string, files: readonly string[], before: number): readonly string[] {
  const numbered = files.map((file, at) => ({
    file,
    row: `| ${before + at + 1} | [${file}](../../${file}) | ${lines[file] ?? ''} |`,
  }));
  const head = ['| | file | what it does |', '| --- | --- | --- |'];
  const table = (of: (file: string) => boolean): string =>
    [...head, ...numbered.filter(({ file }) => of(file)).map(({ row }) => row)].join('\n');
  return [`## ${title}`, 'The shop:', table(ofShop), 'The packages:', table((file) => !ofShop(file))];
}
