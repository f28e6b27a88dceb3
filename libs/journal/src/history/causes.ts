import { outcomeSchema } from '@isolith/contracts';
import { z } from 'zod';
import { onConnection, quoted } from '@isolith/postgres/internal';
import type { ContextJournal } from '../context/context-journal.js';
import { COMMANDS } from '../context/message-handling.js';
import { eventMetadata } from '../unit/pending-event.js';

/** Something that happened in a context, and what led to it. */
export interface Cause {
  readonly id: string;
  /** The id of what led to it, which may be of another context; absent where nobody has kept it. */
  readonly parent?: string;
  readonly kind: 'command' | 'event';
  readonly name: string;
  /** RFC 3339. */
  readonly at: string;
  /** Of a command: `success`, or the name of its failure. */
  readonly outcome?: string;
  readonly detail?: string;
}

const eventRow = z.object({
  type: z.string(),
  stream: z.string().nullable(),
  version: z.int().nullable(),
  metadata: eventMetadata,
  recorded_at: z.date(),
});
const commandRow = z.object({ message_id: z.string(), outcome: outcomeSchema.nullable(), recorded_at: z.date() });

/**
 * What one context has recorded under a correlation id, the oldest first: its events, and the commands that recorded
 * them. At most `limit` events are read; `more` says that there are others. A command that recorded no event left no
 * trace of its correlation.
 */
export async function causesIn(
  { schema, dataSource }: ContextJournal,
  correlationId: string,
  limit: number,
): Promise<{ readonly items: readonly Cause[]; readonly more: boolean }> {
  const ask = async (text: string, values: readonly unknown[]): Promise<unknown[]> =>
    (await onConnection(await dataSource(), (client) => client.query<unknown>({ text, values }))).rows;
  const found = z.array(eventRow).parse(
    await ask(
      `SELECT * FROM (SELECT position, type, stream, version, metadata, recorded_at FROM ${quoted(schema)}.journal
         WHERE metadata->>'correlationid' = $1 LIMIT $2) AS found ORDER BY position`,
      [correlationId, limit + 1],
    ),
  );
  const events = found.slice(0, limit);
  const ids = [
    ...new Set(
      events.flatMap(({ metadata: { command, causationid } }) => (command === undefined ? [] : [causationid])),
    ),
  ];
  const ended = z
    .array(commandRow)
    .parse(
      await ask(
        `SELECT message_id, outcome, recorded_at FROM ${quoted(schema)}.inbox WHERE consumer = $1 AND message_id = ANY($2)`,
        [COMMANDS, ids],
      ),
    );
  return { items: [...commandsOf(events, ended), ...events.map(eventOf)], more: found.length > limit };
}

const eventOf = ({ type, stream, version, metadata, recorded_at }: z.output<typeof eventRow>): Cause => ({
  id: metadata.id,
  ...(metadata.causationid === undefined ? {} : { parent: metadata.causationid }),
  kind: 'event',
  name: type,
  at: recorded_at.toISOString(),
  ...(stream === null ? {} : { detail: `${stream}, version ${version}` }),
});

function commandsOf(
  events: readonly z.output<typeof eventRow>[],
  ended: readonly z.output<typeof commandRow>[],
): readonly Cause[] {
  const commands = new Map<string, Cause>();
  for (const { metadata, recorded_at } of events) {
    const { command, causationid: id } = metadata;
    if (command === undefined || id === undefined || commands.has(id)) continue;
    const end = ended.find(({ message_id }) => message_id === id);
    commands.set(id, {
      id,
      ...(command.causationid === undefined ? {} : { parent: command.causationid }),
      kind: 'command',
      name: command.type,
      // The inbox forgets before the journal does.
      at: (end?.recorded_at ?? recorded_at).toISOString(),
      ...(end?.outcome ? { outcome: outcomeOf(end.outcome) } : {}),
    });
  }
  return [...commands.values()];
}

function outcomeOf(outcome: z.output<typeof outcomeSchema>): string {
  switch (outcome.outcome) {
    case 'success':
      return 'success';
    case 'failure':
      return outcome.name;
    case 'error':
      return outcome.code;
  }
}
