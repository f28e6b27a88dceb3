import type { JSX } from 'preact';
import { sagaPage, sagaStatuses, type Saga } from '../../api/answers/sagas.js';
import { withQuery } from '../../api/client.js';
import { useConsole } from '../../console.js';
import { Filters } from '../../lists/filters.js';
import { usePages } from '../../lists/use-pages.js';
import { VirtualTable, type Column } from '../../lists/virtual-table.js';
import { Absent, Answered, Trouble } from '../../parts/asked.js';
import { Ago } from '../../parts/moment.js';
import { Page } from '../../parts/page.js';
import { told } from '../../api/problem.js';
import { hrefOf } from '../../routing/route.js';
import type { PageProperties } from '../../shell/pages.js';
import { useChanges } from '../../live/use-changes.js';
import { SagaStatus } from './saga-status.js';

const COLUMNS: readonly Column<Saga>[] = [
  { name: 'Saga', cell: ({ name }) => name },
  { name: 'Id', cell: ({ id }) => <code>{id}</code>, wide: true },
  { name: 'Status', cell: ({ status }) => <SagaStatus of={status} /> },
  { name: 'Step', cell: ({ step }) => step ?? '', wide: true },
  { name: 'Trouble', cell: ({ trouble, cause }) => trouble?.detail ?? cause?.detail ?? '', wide: true },
  { name: 'Changed', cell: ({ updatedAt }) => <Ago at={updatedAt} /> },
];
const PER_PAGE = 100;

export function SagaList({ route: { query } }: PageProperties): JSX.Element {
  const { client } = useConsole();
  const { context, name, id, status } = query;
  const about = JSON.stringify(query);
  const pages = usePages(about, (cursor, signal) =>
    client.get(withQuery('sagas', { context, name, id, status, limit: PER_PAGE, cursor }), sagaPage, signal),
  );
  useChanges(({ sagas }) => sagas, pages.reload);
  return (
    <Page title="Sagas" tools={<button onClick={pages.reload}>Refresh</button>}>
      <Filters
        at={['sagas']}
        query={query}
        fields={[
          { name: 'status', label: 'Status', options: sagaStatuses },
          { name: 'name', label: 'Name' },
          { name: 'id', label: 'Id' },
          { name: 'context', label: 'Context' },
        ]}
      />
      <Answered asked={pages}>
        {({ unreachable }) => (
          <>
            <Absent contexts={unreachable} />
            {pages.moreError !== undefined && <Trouble text={told(pages.moreError)} />}
            {pages.rows.length === 0 ? (
              <p class="empty">No saga fits.</p>
            ) : (
              <VirtualTable
                caption="Sagas, the youngest of each context first"
                rows={pages.rows}
                keyOf={(saga) => `${saga.context} ${saga.name} ${saga.id}`}
                href={(saga) => hrefOf(['sagas', saga.context, saga.name, saga.id])}
                columns={COLUMNS}
                more={pages.more}
              />
            )}
          </>
        )}
      </Answered>
    </Page>
  );
}
