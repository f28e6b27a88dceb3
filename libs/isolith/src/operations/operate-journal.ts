import { z } from 'zod';
import { atHost, toldOf, type OperateOptions, type Read } from './at-host.js';
import { audited } from './audit-messages.js';
import { cause } from './cause-messages.js';
import { eventInStream, recordedEvent } from './event-messages.js';
import { operatorText } from './operator-text.js';

const AT_MOST = 100;
const more = { nextCursor: z.string().optional() };
const unreachable = z.array(z.object({ context: z.string(), reason: z.string() }));
const ofContext = { context: z.string() };
const event = recordedEvent.omit({ dataJson: true }).extend({ data: z.unknown().optional() });
const events = z.object({ items: z.array(event), ...more });
const stream = z.object({
  aggregate: z.string().optional(),
  stateless: z.string().optional(),
  items: z.array(
    eventInStream
      .omit({ dataJson: true, stateJson: true })
      .extend({ data: z.unknown().optional(), state: z.unknown().optional() }),
  ),
  ...more,
});
const causes = z.object({
  items: z.array(cause.omit({ sent: true }).extend(ofContext)),
  more: z.boolean().optional(),
  unreachable,
});
const acts = z.object({
  items: z.array(
    audited
      .omit({ subjectJson: true, outcomeJson: true })
      .extend({ ...ofContext, subject: z.unknown(), outcome: z.unknown() }),
  ),
  ...more,
  unreachable,
});

interface Asked {
  readonly what: 'list' | 'stream' | 'causes';
  readonly words: readonly string[];
}

const EVENTS = [
  'expected one of',
  '  list CONTEXT [TYPE [CURSOR]]      what a context has recorded, the newest first',
  '  stream CONTEXT STREAM [CURSOR]    one stream, the oldest first, with the state after each event',
  '  causes CORRELATION_ID             what one request led to in every context',
  'as in: stream orders order-7d44…',
];
const AUDIT = ['expected [CONTEXT [CURSOR]]: what people did to every context, or to one, the newest first'];

const allTexts = (words: readonly string[]): boolean => words.every((word) => operatorText.safeParse(word).success);

function readEvents([verb = '', ...words]: readonly string[]): Read<Asked> {
  const most: Readonly<Record<string, readonly [number, number]>> = { list: [1, 3], stream: [2, 3], causes: [1, 1] };
  const [least = 1, last = 0] = Object.hasOwn(most, verb) ? (most[verb] ?? []) : [];
  if (words.length < least || words.length > last || !allTexts(words)) return { problem: EVENTS };
  return { command: { what: verb === 'list' || verb === 'stream' ? verb : 'causes', words } };
}

function query(filter: Readonly<Record<string, string | undefined>>): string {
  const asked = new URLSearchParams({ limit: String(AT_MOST) });
  for (const [name, value] of Object.entries(filter)) if (value !== undefined) asked.set(name, value);
  return asked.toString();
}

/**
 * Shows what a context has recorded, one stream with its states, or what one request led to, by the actuator of a
 * running host.
 * @returns the exit code: 0, or 1 when it is not all that there is because a context did not answer
 */
export function showEvents(options: OperateOptions): Promise<0 | 1> {
  return atHost(options, {
    read: readEvents,
    run: async ({ what, words: [first = '', second, cursor] }, host, tell) => {
      const at = encodeURIComponent(first);
      if (what === 'causes') {
        const found = await host.get(`/actuator/causes/${at}`, causes);
        for (const { at: when, context, kind, name, id, parent, outcome, detail } of found.items)
          tell([when, context, kind, name, id, parent && `after ${parent}`, outcome, detail].filter(Boolean).join(' '));
        if (found.more === true) tell('there is more than that');
        return toldOf(found.unreachable, tell);
      }
      const path = `/actuator/events/${at}`;
      if (what === 'list') {
        const found = await host.get(`${path}?${query({ type: second, cursor })}`, events);
        for (const one of found.items) tell(`${one.position} ${one.at} ${one.type} ${one.stream ?? ''} ${dataOf(one)}`);
        toldMore(found, tell);
        return 0;
      }
      const found = await host.get(`${path}/${encodeURIComponent(second ?? '')}?${query({ cursor })}`, stream);
      for (const one of found.items) {
        tell(`${one.version} ${one.at} ${one.type} ${dataOf(one)}`);
        if (one.state !== undefined) tell(`  ${found.aggregate ?? ''} ${JSON.stringify(one.state)}`);
      }
      if (found.stateless !== undefined) tell(`without a state: ${found.stateless}`);
      toldMore(found, tell);
      return 0;
    },
  });
}

/**
 * Shows what people did to every context, who, why and what came of it, by the actuator of a running host.
 * @returns the exit code: 0, or 1 when a context did not answer
 */
export function showAudit(options: OperateOptions): Promise<0 | 1> {
  return atHost(options, {
    read: (words): Read<readonly string[]> =>
      words.length <= 2 && allTexts(words) ? { command: words } : { problem: AUDIT },
    run: async ([context, cursor], host, tell) => {
      const found = await host.get(`/actuator/audit?${query({ context, cursor })}`, acts);
      for (const { at, operator, act, subject, reason, outcome, context: of } of found.items)
        tell(
          `${at} ${of} ${act} by ${operator}${reason === undefined ? '' : `: ${reason}`} ${JSON.stringify(subject)} ${JSON.stringify(outcome)}`,
        );
      toldMore(found, tell);
      return toldOf(found.unreachable, tell);
    },
  });
}

const dataOf = ({ data, hidden }: { readonly data?: unknown; readonly hidden?: string | undefined }): string =>
  hidden === undefined ? JSON.stringify(data) : `(${hidden})`;

function toldMore({ nextCursor }: { readonly nextCursor?: string | undefined }, tell: (line: string) => void): void {
  if (nextCursor !== undefined) tell(`there is more behind ${nextCursor}`);
}
