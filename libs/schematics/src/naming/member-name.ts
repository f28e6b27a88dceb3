import { Refused } from '../refusals/refused.js';
import { contextName } from './context-name.js';
import { Name } from './name.js';

/** What a context has that a schematic makes. */
export type Member = 'command' | 'query' | 'event' | 'saga' | 'projection';

const ARTICLE: Readonly<Record<Member, string>> = {
  command: 'a command',
  query: 'a query',
  event: 'an event',
  saga: 'a saga',
  projection: 'a projection',
};
/**
 * A command says what to do, an event what has happened: `stock.reserve` is reserve-stock, `stock.reserved` is
 * stock-reserved.
 */
const VERB_FIRST: readonly Member[] = ['command', 'query'];

interface Written {
  readonly name: string;
  readonly context?: string | undefined;
}

export interface Placed {
  readonly context: Name;
  readonly name: Name;
}

/**
 * Reads `inventory/reserve-stock`, the contract's name `inventory.reserve-stock`, or a name beside its context; there
 * `stock.reserve` means reserve-stock.
 * @param isContext whether the application has a context of this name
 * @throws {Refused} naming the rule
 */
export function memberName(member: Member, written: Written, isContext: (name: string) => boolean): Placed {
  const what = ARTICLE[member];
  const parts = written.name.split('/');
  const own = parts.pop() ?? '';
  const [before, more] = parts;
  if (more !== undefined) throw new Refused(`"${written.name}" is no name of ${what}: expected one / at most`);
  const said = written.context ?? before;
  if (written.context !== undefined && before !== undefined)
    throw new Refused(`"${written.name}" names a context, and so does --context: give one of them`);
  const [first = '', second, third] = own.split('.');
  if (third !== undefined) throw new Refused(`"${own}" is no name of ${what}: expected one dot at most`);
  if (second === undefined) return { context: required(said, member, own), name: Name.parse(own, what) };
  if (said === undefined ? isContext(first) : contextName(said).kebab === first)
    return { context: contextName(first), name: Name.parse(second, what) };
  return { context: required(said, member, own), name: joined(member, [first, second]) };
}

function joined(member: Member, [noun, verb]: readonly [string, string]): Name {
  const [one, other] = VERB_FIRST.includes(member) ? [verb, noun] : [noun, verb];
  return Name.parse(one, ARTICLE[member]).followedBy(Name.parse(other, ARTICLE[member]));
}

function required(context: string | undefined, member: Member, name: string): Name {
  if (context === undefined)
    throw new Refused(`${ARTICLE[member]} belongs to a context: write its name in front, as in inventory/${name}`);
  return contextName(context);
}
