import type { JSX } from 'preact';
import { acts, type Act } from '../../api/answers/audit.js';
import { withQuery } from '../../api/client.js';
import { told } from '../../api/problem.js';
import { useConsole } from '../../console.js';
import { Filters } from '../../lists/filters.js';
import { usePages } from '../../lists/use-pages.js';
import { Absent, Answered, Trouble } from '../../parts/asked.js';
import { Moment } from '../../parts/moment.js';
import { Page } from '../../parts/page.js';
import type { PageProperties } from '../../shell/pages.js';

const PER_PAGE = 50;

/** What people did past the contracts, who and why. */
export function AuditPage({ route: { query } }: PageProperties): JSX.Element {
  const { client } = useConsole();
  const { context } = query;
  const pages = usePages(context ?? '', (cursor, signal) =>
    client.get(withQuery('audit', { context, limit: PER_PAGE, cursor }), acts, signal),
  );
  return (
    <Page title="Audit" tools={<button onClick={pages.reload}>Refresh</button>}>
      <Filters at={['audit']} query={query} fields={[{ name: 'context', label: 'Context' }]} />
      <Answered asked={pages}>
        {({ unreachable }) => (
          <>
            <Absent contexts={unreachable} />
            {pages.rows.length === 0 ? <p class="empty">Nobody did anything.</p> : <Acts acts={pages.rows} />}
            {pages.moreError !== undefined && <Trouble text={told(pages.moreError)} />}
            {pages.more !== undefined && <button onClick={pages.more}>Older ones</button>}
          </>
        )}
      </Answered>
    </Page>
  );
}

function Acts({ acts: all }: { readonly acts: readonly Act[] }): JSX.Element {
  return (
    <ol class="log">
      {all.map(({ context, at, operator, act, reason, subject, outcome }, index) => (
        <li key={`${context} ${at} ${index}`}>
          <p>
            <strong>{act}</strong> in <strong>{context}</strong>
            {reason !== undefined && `: ${reason}`}
          </p>
          <p class="quiet">
            by {operator}, <Moment at={at} />
          </p>
          <details>
            <summary>What it was done to, and what came of it</summary>
            <pre>{JSON.stringify({ subject, outcome }, null, 2)}</pre>
          </details>
        </li>
      ))}
    </ol>
  );
}
