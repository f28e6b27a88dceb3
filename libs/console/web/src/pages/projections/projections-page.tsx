import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { projections, type Projection } from '../../api/answers/projections.js';
import { anything } from '../../api/answers/shared.js';
import { path } from '../../api/client.js';
import { useConsole } from '../../console.js';
import { useAnswer, useEvery } from '../../lists/use-answer.js';
import { ActDialog } from '../../parts/act-dialog.js';
import { Absent, Answered } from '../../parts/asked.js';
import { Page } from '../../parts/page.js';
import { ProjectionCard } from './projection-card.js';

const EVERY_MS = 5_000;
const EVERY_WHILE_BUILDING_MS = 1_000;
const nameOf = ({ context, name }: Projection): string => `${context}.${name}`;

/** How far projections are behind, and what is built anew. */
export function ProjectionsPage(): JSX.Element {
  const { client, notices } = useConsole();
  const asked = useAnswer('projections', (signal) => client.get('projections', projections, signal));
  const isBuilding = asked.value?.projections.some(({ status }) => status === 'building') === true;
  useEvery(isBuilding ? EVERY_WHILE_BUILDING_MS : EVERY_MS, true, asked.reload);
  const [rebuilding, setRebuilding] = useState<string>();
  return (
    <Page title="Projections" tools={<button onClick={asked.reload}>Refresh</button>}>
      <Answered asked={asked}>
        {({ projections: all, unreachable }) => (
          <>
            <Absent contexts={unreachable} />
            {all.length === 0 && <p class="empty">There are no projections.</p>}
            <ul class="cards">
              {all.map((one) => (
                <ProjectionCard
                  key={`${nameOf(one)} ${one.generation}`}
                  projection={one}
                  isBeingRebuilt={all.some((other) => nameOf(other) === nameOf(one) && other.status === 'building')}
                  onRebuild={() => setRebuilding(nameOf(one))}
                />
              ))}
            </ul>
          </>
        )}
      </Answered>
      {rebuilding !== undefined && (
        <ActDialog
          title={`Rebuild ${rebuilding}?`}
          act="Rebuild"
          asksWhy
          perform={async (reason, keys) => {
            const to = path('projections', rebuilding, 'rebuild');
            await client.post(to, { reason }, anything, keys.of(to, reason));
            notices.done(`${rebuilding} is built anew.`);
            asked.reload();
          }}
          onClose={() => setRebuilding(undefined)}
        >
          <p>It is built beside the one that answers, and takes its place when it has caught up.</p>
        </ActDialog>
      )}
    </Page>
  );
}
