import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { parkedPage, type Parked } from '../../api/answers/parked.js';
import { withQuery } from '../../api/client.js';
import { told } from '../../api/problem.js';
import { useConsole } from '../../console.js';
import { Filters } from '../../lists/filters.js';
import { usePages } from '../../lists/use-pages.js';
import { VirtualTable, type Column } from '../../lists/virtual-table.js';
import { Absent, Answered, Trouble } from '../../parts/asked.js';
import { Ago } from '../../parts/moment.js';
import { Page } from '../../parts/page.js';
import { hrefOf } from '../../routing/route.js';
import { goTo } from '../../routing/use-route.js';
import type { PageProperties } from '../../shell/pages.js';
import { ReplayGroup } from './replay-group.js';

const PER_PAGE = 100;
const COLUMNS: readonly Column<Parked>[] = [
  { name: 'Message', cell: ({ context, id }) => `${context} ${id}` },
  { name: 'Subscription', cell: ({ subscription }) => subscription, wide: true },
  { name: 'Key', cell: ({ key }) => <code>{key}</code>, wide: true },
  { name: 'Type', cell: ({ type }) => type ?? 'unknown', wide: true },
  { name: 'Problem', cell: ({ problem }) => problem?.detail ?? '' },
  { name: 'Behind', cell: ({ behind }) => behind, number: true, wide: true },
  { name: 'Parked', cell: ({ parkedAt }) => <Ago at={parkedAt} />, wide: true },
];

export function ParkedList({ route: { query } }: PageProperties): JSX.Element {
  const { client } = useConsole();
  const { context, ...filter } = query;
  const pages = usePages(JSON.stringify(query), (cursor, signal) =>
    client.get(withQuery('parked', { ...query, limit: PER_PAGE, cursor }), parkedPage, signal),
  );
  const [isReplaying, setReplaying] = useState(false);
  return (
    <Page
      title="Parked messages"
      up={{ href: hrefOf(['parked']), name: 'Parked' }}
      tools={
        <>
          {context !== undefined && <button onClick={() => setReplaying(true)}>Replay all that fit</button>}
          <button onClick={pages.reload}>Refresh</button>
        </>
      }
    >
      <Filters
        at={['parked', 'list']}
        query={query}
        fields={['context', 'subscription', 'key', 'type', 'problem'].map((name) => ({
          name,
          label: name.charAt(0).toUpperCase() + name.slice(1),
        }))}
      />
      <Answered asked={pages}>
        {({ unreachable }) => (
          <>
            <Absent contexts={unreachable} />
            {pages.moreError !== undefined && <Trouble text={told(pages.moreError)} />}
            {pages.rows.length === 0 ? (
              <p class="empty">No message fits.</p>
            ) : (
              <VirtualTable
                caption="Parked messages, the oldest of each context first"
                rows={pages.rows}
                keyOf={(one) => `${one.context} ${one.id}`}
                href={(one) => hrefOf(['parked', one.context, one.id])}
                columns={COLUMNS}
                more={pages.more}
              />
            )}
          </>
        )}
      </Answered>
      {isReplaying && context !== undefined && (
        <ReplayGroup
          context={context}
          filter={filter}
          onDone={() => goTo(['parked'])}
          onClose={() => setReplaying(false)}
        />
      )}
    </Page>
  );
}
