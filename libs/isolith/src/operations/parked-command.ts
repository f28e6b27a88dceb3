import type { Read } from './at-host.js';
import { parkedId } from './parked-messages.js';
import { operatorText, reason as because } from './operator-text.js';

/** What a command line asks to be done with parked messages. */
export type ParkedCommand =
  | { readonly do: 'list'; readonly context?: string; readonly key?: string }
  | { readonly do: 'groups'; readonly context?: string }
  | { readonly do: 'show' | 'discard'; readonly context: string; readonly id: string }
  | {
      readonly do: 'edit';
      readonly context: string;
      readonly id: string;
      readonly data: Readonly<Record<string, unknown>>;
      readonly reason: string;
    }
  | { readonly do: 'replay'; readonly context: string; readonly subscription: string; readonly key: string }
  | {
      readonly do: 'replay-group';
      readonly context: string;
      readonly perSecond: number;
      readonly filter: { readonly subscription?: string; readonly type?: string };
    };

const USAGE = [
  `expected one of`,
  `  list [CONTEXT [KEY]]                     the first message of each key, or all of one key`,
  `  groups [CONTEXT]                         how many there are of each kind of problem`,
  `  show CONTEXT ID                          one message whole, personal values masked`,
  `  edit CONTEXT ID DATA REASON              its next replay has this data, as JSON`,
  `  replay CONTEXT SUBSCRIPTION KEY          runs the messages of one key`,
  `  replay-group CONTEXT PER_SECOND [SUBSCRIPTION [TYPE]]`,
  `  discard CONTEXT ID                       it counts as handled`,
  `as in: replay notifications order-mails 7d44…`,
];

const refused = (why?: string): Read<never> => ({ problem: why === undefined ? USAGE : [why, ...USAGE] });

/** What the words of a command line ask for. */
export function parkedCommand(words: readonly string[]): Read<ParkedCommand> {
  const [verb = 'list', context, ...rest] = words;
  const named = words.slice(1, verb === 'edit' ? 3 : undefined);
  if (!named.every((word) => operatorText.safeParse(word).success))
    return refused('a word has 1 to 500 characters and no control characters');
  if (verb === 'list' && rest.length <= 1) {
    const [key] = rest;
    return {
      command: { do: verb, ...(context === undefined ? {} : { context }), ...(key === undefined ? {} : { key }) },
    };
  }
  if (verb === 'groups' && rest.length === 0)
    return { command: { do: verb, ...(context === undefined ? {} : { context }) } };
  if (context === undefined) return refused();
  const [first = '', second = '', ...more] = rest;
  switch (verb) {
    case 'show':
    case 'discard':
      if (rest.length !== 1) return refused();
      return ofMessage(first, { do: verb, context, id: first });
    case 'edit':
      return edited(context, first, second, more.join(' '));
    case 'replay':
      return rest.length === 2 ? { command: { do: verb, context, subscription: first, key: second } } : refused();
    case 'replay-group':
      return rest.length >= 1 && rest.length <= 3 ? group(context, first, second, more[0]) : refused();
    default:
      return refused();
  }
}

const ofMessage = (id: string, command: ParkedCommand): Read<ParkedCommand> =>
  parkedId.safeParse(id).success ? { command } : refused(`the id of a parked message is a number, not "${id}"`);

function edited(context: string, id: string, json: string, said: string): Read<ParkedCommand> {
  const data = objectIn(json);
  if (data === undefined) return refused('the data has to be a JSON object, in quotation marks of the shell');
  const reason = because.safeParse(said);
  return reason.success
    ? ofMessage(id, { do: 'edit', context, id, data, reason: reason.data })
    : refused('a reason has to stand behind the data: 1 to 500 characters without control characters');
}

function group(context: string, rate: string, subscription: string, type: string | undefined): Read<ParkedCommand> {
  const perSecond = /^\d{1,3}$/.test(rate) ? Number(rate) : 0;
  if (perSecond < 1 || perSecond > 100) return refused(`PER_SECOND is 1 to 100, not "${rate}"`);
  const filter = { ...(subscription === '' ? {} : { subscription }), ...(type === undefined ? {} : { type }) };
  return { command: { do: 'replay-group', context, perSecond, filter } };
}

function objectIn(json: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
