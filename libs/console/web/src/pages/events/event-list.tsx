import type { JSX } from 'preact';
import { recordedPage, type Recorded } from '../../api/answers/events.js';
import { path, withQuery } from '../../api/client.js';
import { told } from '../../api/problem.js';
import { useConsole } from '../../console.js';
import { Filters } from '../../lists/filters.js';
import { usePages } from '../../lists/use-pages.js';
import { VirtualTable, type Column } from '../../lists/virtual-table.js';
import { Answered, Trouble } from '../../parts/asked.js';
import { Moment } from '../../parts/moment.js';
import { Page } from '../../parts/page.js';
import { hrefOf } from '../../routing/route.js';
import type { PageProperties } from '../../shell/pages.js';
import { useContexts } from './use-contexts.js';

const PER_PAGE = 100;
const COLUMNS: readonly Column<Recorded>[] = [
  { name: 'Event', cell: ({ type }) => type },
  {
    name: 'Stream',
    cell: ({ stream, version }) => <code>{stream === undefined ? '' : `${stream} ${version ?? ''}`}</code>,
  },
  { name: 'Position', cell: ({ position }) => position, number: true, wide: true },
  { name: 'For', cell: ({ by }) => by ?? '', wide: true },
  { name: 'Recorded', cell: ({ at }) => <Moment at={at} />, wide: true },
];

/** What a context has recorded. */
export function EventList({ route: { query } }: PageProperties): JSX.Element {
  const contexts = useContexts();
  const context = query['context'] ?? contexts[0];
  return (
    <Page title="Events">
      <Filters
        at={['events']}
        query={context === undefined ? query : { ...query, context }}
        fields={[
          {
            name: 'context',
            label: 'Context',
            ...(contexts.length === 0 ? {} : { options: contexts, isRequired: true }),
          },
          { name: 'type', label: 'Type' },
          { name: 'stream', label: 'Stream' },
        ]}
      />
      {context === undefined ? <p class="empty">Name a context.</p> : <Events context={context} query={query} />}
    </Page>
  );
}

function Events({
  context,
  query: { type, stream },
}: {
  readonly context: string;
  readonly query: Readonly<Record<string, string>>;
}): JSX.Element {
  const { client } = useConsole();
  const about = JSON.stringify([context, type, stream]);
  const pages = usePages(about, (cursor, signal) =>
    client.get(withQuery(path('events', context), { type, stream, limit: PER_PAGE, cursor }), recordedPage, signal),
  );
  const hrefTo = ({ stream: of, correlationId }: Recorded): string =>
    of === undefined ? hrefOf(['events', 'causes', correlationId]) : hrefOf(['events', 'stream', context, of]);
  return (
    <Answered asked={pages}>
      {() => (
        <>
          {pages.rows.length === 0 && pages.more === undefined ? (
            <p class="empty">{context} has recorded no such event.</p>
          ) : (
            <VirtualTable
              caption={`Events of ${context}, the newest first`}
              rows={pages.rows}
              keyOf={({ position }) => String(position)}
              href={hrefTo}
              columns={COLUMNS}
              more={pages.more}
            />
          )}
          {pages.moreError !== undefined && <Trouble text={told(pages.moreError)} />}
        </>
      )}
    </Answered>
  );
}
