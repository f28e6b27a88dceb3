import type { JSX } from 'preact';
import { useId, useState } from 'preact/hooks';
import { streamPage, type InStream, type StreamPage } from '../../api/answers/events.js';
import { path, withQuery } from '../../api/client.js';
import { useConsole } from '../../console.js';
import { useAnswer } from '../../lists/use-answer.js';
import { Answered } from '../../parts/asked.js';
import { Facts } from '../../parts/facts.js';
import { Json } from '../../parts/json.js';
import { Moment } from '../../parts/moment.js';
import { Page } from '../../parts/page.js';
import { momentOf } from '../../parts/time.js';
import { hrefOf } from '../../routing/route.js';

const PER_PAGE = 100;
/** Pages that are read of one stream; a longer one says that it has more. */
const MOST_PAGES = 20;

/** One stream, event by event, with the state after each. */
export function StreamView({ context, stream }: { readonly context: string; readonly stream: string }): JSX.Element {
  const { client } = useConsole();
  const where = path('events', context, stream);
  const asked = useAnswer(where, async (signal): Promise<StreamPage> => {
    const ask = (cursor?: string): Promise<StreamPage> =>
      client.get(withQuery(where, { limit: PER_PAGE, cursor }), streamPage, signal);
    let whole = await ask();
    for (let pages = 1; whole.nextCursor !== undefined && pages < MOST_PAGES; pages += 1) {
      const next = await ask(whole.nextCursor);
      whole = { ...next, items: [...whole.items, ...next.items] };
    }
    return whole;
  });
  return (
    <Page title={stream} up={{ href: hrefOf(['events'], { context }), name: `Events of ${context}` }}>
      <Answered asked={asked}>{(found) => <History page={found} />}</Answered>
    </Page>
  );
}

function History({ page: { items, aggregate, stateless, nextCursor } }: { readonly page: StreamPage }): JSX.Element {
  const [chosen, setChosen] = useState(items.length - 1);
  const id = useId();
  const at = Math.max(0, Math.min(chosen, items.length - 1));
  const event = items[at];
  if (event === undefined) return <p class="empty">The stream is empty.</p>;
  return (
    <>
      {nextCursor !== undefined && <p class="quiet">Only its first {items.length} events are shown.</p>}
      <div class="field">
        <label for={id}>
          Event {at + 1} of {items.length}
        </label>
        <input
          id={id}
          class="slider"
          type="range"
          min={0}
          max={items.length - 1}
          value={at}
          aria-valuetext={`${event.version}: ${event.type}, ${momentOf(event.at)}`}
          onInput={({ currentTarget }) => setChosen(currentTarget.valueAsNumber)}
        />
      </div>
      <h2>
        {event.version}: {event.type}
      </h2>
      <EventFacts event={event} />
      <div class="beside">
        <section aria-label="Event">
          <h3>Data</h3>
          {event.hidden === undefined ? (
            <Json value={event.data} label="Data of the event" />
          ) : (
            <p class="quiet">Hidden: {event.hidden}.</p>
          )}
        </section>
        <section aria-label="State">
          <h3>{aggregate === undefined ? 'State' : `${aggregate} after it`}</h3>
          {event.state === undefined ? (
            <p class="quiet">{stateless ?? 'No aggregate is declared for this stream.'}</p>
          ) : (
            <Json value={event.state} label="State after the event" />
          )}
        </section>
      </div>
    </>
  );
}

function EventFacts({ event }: { readonly event: InStream }): JSX.Element {
  return (
    <Facts
      of={[
        ['Recorded', <Moment at={event.at} />],
        ['Position', event.position],
        ['For', event.by],
        ['Message id', <code>{event.messageId}</code>],
        ['Causes and effects', <a href={hrefOf(['events', 'causes', event.correlationId])}>{event.correlationId}</a>],
      ]}
    />
  );
}
