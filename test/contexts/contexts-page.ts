import {
  describeContract,
  parseName,
  type AnyContractClass,
  type AnyEventClass,
  type ContractDescription,
} from '@isolith/contracts';
import { ownDatabaseVariable, type Application } from '@isolith/isolith';

export const PAGE = 'docs/architecture/contexts.md';

type Context = Application['contexts'][number];

const HEAD = `# The contexts, and what they are to one another

This page is written from [src/shop.ts](../../src/shop.ts) by \`npm run contexts\` and held by \`test/contexts\`. A solid arrow is asked (a command or a query that the context needs),
a dotted one is told (an event that a subscription takes). The gateway mounts the routes of all and sends for users.
`;

/** The page, from what the contexts state of themselves. */
export function contextsPage(application: Application): string {
  const { contexts } = application;
  return `${[
    HEAD.trimEnd(),
    graph(contexts),
    table(
      ['context', 'asks', 'hears of', 'keeps its rows in', 'reads'],
      contexts.map(({ name, needs, subscriptions, schemas, settings }) => [
        `[${name}](#${name})`,
        contextsOf(needs),
        contextsOf(Object.values(subscriptions).flatMap(({ events }) => events)),
        codes([name, ...schemas]),
        codes([ownDatabaseVariable(name), ...Object.keys(settings)]),
      ]),
    ),
    ...contexts.flatMap((one) => section(one, contexts)),
  ].join('\n\n')}\n`;
}

function section(one: Context, contexts: readonly Context[]): readonly string[] {
  const subscriptions = Object.entries(one.subscriptions);
  const taken = table(
    ['subscription', 'takes', 'from'],
    subscriptions.map(([name, { events, from = 'beginning' }]) => [`\`${name}\``, codes(events.map(nameOf)), from]),
  );
  const described = one.contracts.map((contract) => ({ contract, is: describeContract(contract) }));
  const messages = described
    .filter(({ is }) => is.kind !== 'failure')
    .map(({ contract, is }) => [
      `\`${is.name}\``,
      is.version === 1 ? is.kind : `${is.kind}, version ${is.version}`,
      is.kind === 'event' ? `ordered by \`${is.key ?? ''}\`` : sendersOf(is),
      usersOf(contract, contexts).join(', '),
      codes(is.failures ?? []),
    ]);
  return [
    `## ${one.name}`,
    table(['message', 'is', 'may be sent by', 'asked or heard by', 'may fail with'], messages),
    ...(subscriptions.length > 0 ? [taken] : []),
  ];
}

function graph(contexts: readonly Context[]): string {
  const asked = contexts.flatMap(({ name, needs }) =>
    arrows(name, needs, (from, what, to) => `${from} -->|${what}| ${to}`),
  );
  const told = contexts.flatMap(({ name, subscriptions }) =>
    arrows(
      name,
      Object.values(subscriptions).flatMap(({ events }) => events),
      (from, what, to) => `${to} -.->|${what}| ${from}`,
    ),
  );
  return [
    '```mermaid',
    'flowchart LR',
    ...contexts.map(({ name }) => `  ${name}`),
    ...[...asked, ...told].map((line) => `  ${line}`),
    '```',
  ].join('\n');
}

/** One arrow for each context that owns some of these messages. */
function arrows(
  name: string,
  messages: readonly AnyContractClass[],
  arrow: (from: string, what: string, to: string) => string,
): readonly string[] {
  const byOwner = Map.groupBy(
    messages.map(({ contract }) => parseName(contract.name)),
    ({ context }) => context,
  );
  return [...byOwner].map(([owner, names]) => arrow(name, names.map(({ message }) => message).join('<br>'), owner));
}

const usersOf = (contract: AnyContractClass, contexts: readonly Context[]): readonly string[] =>
  contexts
    .filter(({ needs, subscriptions }) =>
      [...needs, ...Object.values(subscriptions).flatMap(({ events }): readonly AnyEventClass[] => events)].some(
        (one) => nameOf(one) === nameOf(contract),
      ),
    )
    .map(({ name }) => name);

const nameOf = ({ contract }: AnyContractClass): string => contract.name;

const sendersOf = ({ access = [] }: ContractDescription): string =>
  access
    .map((rule) => {
      const [kind, who] = rule.split(':');
      if (kind === 'role') return `role ${who}`;
      if (kind === 'service') return who === '*' ? 'contexts' : `the context ${who}`;
      return kind === 'signed-in' ? 'whoever is signed in' : 'anyone';
    })
    .join(', ');

const contextsOf = (messages: readonly AnyContractClass[]): string =>
  [...new Set(messages.map(({ contract }) => parseName(contract.name).context))].join(', ');

const codes = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
