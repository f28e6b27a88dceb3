import { answersOf, type Answers, type Cell } from './degradation-table.js';
import { parts, type Part } from './parts.js';

export const PAGE = 'docs/degradation.md';

const HEAD = `# What still works while a part of the shop is down

Each context a process of its own, one part down: this page says for each route of the shop what it answers then. It is written from
\`test/degradation/degradation.txt\` by \`npm run degradation\`. \`test/hosts/degradation.spec.ts\` takes each part down (processes by SIGKILL, the broker
and databases by cutting and refusing connections), asks every route, and holds the answers, how long they take, and what comes of what was accepted.
Of the databases of single contexts it takes one in each run, drawn at random.

A call that finds its part gone waits for it until its deadline (10 s): a restart or a failover goes unnoticed. Once nobody was heard of for 7 s it is told
at once. 503 comes with \`Retry-After\`. An answer that is \`outcome-unknown\` says that it may have been done: the same \`Idempotency-Key\` is safe to
send again. Routes for what is not there are asked for something that is not there, and 404 is their everyday answer.`;

const LEGEND = `A dot is the everyday answer, which is in the first column. A number alone is 503 \`not-delivered\`, 504 \`outcome-unknown\` or the everyday status;
another type of problem stands behind it. **later**: accepted, and done when the part is back. **partial**: the answer names what is missing.
**lost**: accepted, and not done: whoever wants it asks again. **rejected**: accepted, and turned down with \`payment-unavailable\` when the part is back.`;

/** What the answers alone don't tell. */
const NOTES: Readonly<Record<string, string>> = {
  users:
    'Who is signed in goes on with the access token until it expires, 15 minutes at most; nobody signs in. Each host goes by the ended sessions that it knows.',
  products:
    'Orders are taken at the prices that were asked for in the last 15 minutes. One of goods that nobody ordered in that time is 503.',
  inventory: 'Orders are taken; their checkout waits with its first step.',
  payments: 'Orders are taken; their goods are set aside, and the checkout waits with the charge.',
  shipments: 'Orders are taken and paid; the checkout waits with the shipment.',
  notifications: 'Everything goes on; customers are told afterwards.',
  orders: 'The catalogue, the stock, payments and shipments can be looked at. What was on its way waits.',
  broker:
    'Every context is up, and none hears of another: who is signed in where, nobody can say. What was accepted before goes on when it is back. The host with the routes stays ready.',
  provider:
    'Nobody can say whether an order was charged: it stays `pending`, and once the provider says that no money was kept it is turned down, and its goods are free again. (A card of which alone nothing is heard is turned down within seconds.) Refunds that were promised are made later.',
  channel: 'The list of notifications has each message at once; it is sent when the channel is back.',
};

const titleOf = (name: string, part: Part): string => {
  switch (part.what) {
    case 'context':
      return `\`${part.context}\` is stopped`;
    case 'database':
      return `The database of \`${part.context}\` is away`;
    case 'databases':
      return 'All databases are away';
    case 'broker':
      return 'The broker is away';
    case 'payment-provider':
      return 'The payment provider is away';
    case 'notification-channel':
      return 'The channel of notifications is away';
    default:
      return name;
  }
};

/** The page, from what is written in the table. */
export function degradationPage(written: ReadonlyMap<string, Answers>): string {
  const down = Object.entries(parts).filter(([, { what }]) => what !== 'nothing');
  const everyday = answersOf('nothing', written);
  const sections = down.map(([name, part]) =>
    [
      `### ${titleOf(name, part)}`,
      ...(NOTES[name] === undefined ? [] : [NOTES[name]]),
      list(everyday, written.get(name)),
    ].join('\n\n'),
  );
  const names = down.map(([name]) => name);
  const table = [
    `| route | always | ${names.join(' | ')} |`,
    `|---|---|${names.map(() => '---|').join('')}`,
    ...[...everyday].map(([route, always]) => {
      const cells = names.map((name) => shortOf(written.get(name)?.get(route), always));
      return `| \`${route}\` | ${always.status} | ${cells.join(' | ')} |`;
    }),
  ];
  return `${[HEAD, '## Part by part', ...sections, '## Route by route', LEGEND, table.join('\n')].join('\n\n')}\n`;
}

function list(everyday: Answers, changed: Answers = new Map()): string {
  const byAnswer = new Map<string, string[]>();
  for (const [route, cell] of changed)
    byAnswer.set(saidOf(cell), [...(byAnswer.get(saidOf(cell)) ?? []), `\`${route}\``]);
  const lines = [...byAnswer].map(([said, routes]) => `- ${said}: ${routes.join(', ')}`);
  const rest = everyday.size - changed.size;
  return [...lines, `- As always: ${rest === everyday.size ? 'all routes' : `the other ${rest} routes`}`].join('\n');
}

function saidOf({ status, type, mark }: Cell): string {
  switch (mark) {
    case 'later':
      return `Accepted (${status}), and done when it is back`;
    case 'partial':
      return `Answered (${status}) without it, which is named`;
    case 'lost':
      return `Accepted (${status}), and not done`;
    case 'rejected':
      return `Accepted (${status}), and turned down when it is back`;
    default:
      return type === undefined ? String(status) : `${status} \`${type}\``;
  }
}

const EVERYDAY_TYPES: readonly (string | undefined)[] = [undefined, 'not-delivered', 'outcome-unknown'];

function shortOf(cell: Cell | undefined, always: Cell): string {
  if (cell === undefined) return '·';
  const status = cell.status === always.status && cell.mark !== undefined ? '' : String(cell.status);
  const type = EVERYDAY_TYPES.includes(cell.type) ? '' : cell.type;
  return [status, type, cell.mark].filter((word) => word !== undefined && word !== '').join(' ');
}
