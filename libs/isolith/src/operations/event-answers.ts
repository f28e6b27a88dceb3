import type { AnyContractClass, EventContract } from '@isolith/contracts';
import type { AggregateRegistry } from '@isolith/event-sourcing/nest';
import type { ContextJournal } from '@isolith/journal';
import { JournalHistory, shownData, type RecordedEvent } from '@isolith/journal/internal';
import type { RequestHandler } from '@isolith/message-bus';
import { answer } from './answer.js';
import { eventMessagesOf, StreamNotFound } from './event-messages.js';
import { streamStates } from './stream-states.js';
import { withinBytes } from './within-bytes.js';

const BY = 'operations of events';

/** What an answer needs to know besides the journal. */
export interface KnownOfContext {
  /** All messages that the context owns. */
  readonly contracts: readonly AnyContractClass[];
  readonly aggregates: AggregateRegistry | undefined;
}

/** What a context of this host answers about what it has recorded. */
export function eventAnswers(
  context: string,
  journal: ContextJournal,
  { contracts, aggregates }: KnownOfContext,
): readonly RequestHandler[] {
  const { ListEvents, ShowStream } = eventMessagesOf(context);
  const history = new JournalHistory(journal);
  const known = new Map(
    contracts.flatMap(({ contract }) => (contract.kind === 'event' ? [[contract.name as string, contract]] : [])),
  );
  return [
    answer(ListEvents, BY, async ({ filter, limit, cursor }) => {
      const found = await history.newest(filter, limit, cursor);
      const { items, whole } = withinBytes(
        found.items.map((event) => shownEvent(event, known)),
        lengthOf,
      );
      return { items, nextCursor: whole ? found.nextCursor : String(items.at(-1)?.position) };
    }),
    answer(ShowStream, BY, async ({ stream, limit, cursor = '0' }) => {
      const behind = Number(cursor);
      const found = await history.ofStream(stream, behind, limit);
      if (found.length === 0 && behind === 0)
        throw new StreamNotFound({ what: `${context} has recorded nothing in a stream ${stream}` });
      const { aggregate, stateless, states } = await streamStates(history, aggregates, {
        context,
        stream,
        behind,
        items: found,
      });
      const { items, whole } = withinBytes(
        found.map((event) => {
          const { stream: _, ...shown } = shownEvent(event, known);
          const version = event.version ?? 0;
          return { ...shown, version, stateJson: states.get(version) };
        }),
        (item) => lengthOf(item) + (item.stateJson?.length ?? 0),
      );
      const last = items.at(-1);
      return {
        aggregate,
        stateless,
        items,
        nextCursor: last !== undefined && (!whole || items.length === limit) ? String(last.version) : undefined,
      };
    }),
  ];
}

const lengthOf = ({ dataJson = '' }: { readonly dataJson?: string | undefined }): number => dataJson.length;

function shownEvent(event: RecordedEvent, known: ReadonlyMap<string, EventContract>) {
  const { position, stream, version, type, schema_version: schemaversion, data, metadata, at } = event;
  const shown = shownData({ type, data, schemaversion }, known.get(type));
  return {
    position,
    stream,
    version,
    type,
    at,
    messageId: metadata.id,
    correlationId: metadata.correlationid,
    causationId: metadata.causationid,
    by: metadata.principal.user,
    hidden: 'hidden' in shown ? shown.hidden : undefined,
    dataJson: 'hidden' in shown ? undefined : JSON.stringify(shown.data),
  };
}
