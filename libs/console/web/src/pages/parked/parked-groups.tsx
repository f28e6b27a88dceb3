import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { parkedGroups, type ParkedGroup } from '../../api/answers/parked.js';
import { useConsole } from '../../console.js';
import { useAnswer } from '../../lists/use-answer.js';
import { useChanges } from '../../live/use-changes.js';
import { Absent, Answered } from '../../parts/asked.js';
import { Ago } from '../../parts/moment.js';
import { Page } from '../../parts/page.js';
import { hrefOf } from '../../routing/route.js';
import { ReplayGroup } from './replay-group.js';
import { Replays } from './replays.js';

/** What is parked, one line for each cause. */
export function ParkedGroups(): JSX.Element {
  const { client } = useConsole();
  const asked = useAnswer('groups', (signal) => client.get('parked/groups', parkedGroups, signal));
  useChanges(({ parked }) => parked, asked.reload);
  const [replaying, setReplaying] = useState<ParkedGroup>();
  const [started, setStarted] = useState(0);
  return (
    <Page
      title="Parked"
      tools={
        <>
          <a class="button" href={hrefOf(['parked', 'list'])}>
            All messages
          </a>
          <button onClick={asked.reload}>Refresh</button>
        </>
      }
    >
      <Replays started={started} onProgress={asked.reload} />
      <Answered asked={asked}>
        {({ items, unreachable }) => (
          <>
            <Absent contexts={unreachable} />
            {items.length === 0 ? (
              <p class="empty">Nothing is parked.</p>
            ) : (
              <ul class="cards">
                {items.map((group) => (
                  <GroupCard key={keyOf(group)} group={group} onReplay={() => setReplaying(group)} />
                ))}
              </ul>
            )}
          </>
        )}
      </Answered>
      {replaying !== undefined && (
        <ReplayGroup
          context={replaying.context}
          filter={filterOf(replaying)}
          count={replaying.count}
          onDone={() => setStarted((before) => before + 1)}
          onClose={() => setReplaying(undefined)}
        />
      )}
    </Page>
  );
}

const keyOf = ({ context, subscription, type, problem }: ParkedGroup): string =>
  JSON.stringify([context, subscription, type, problem]);
const filterOf = ({ subscription, type, problem }: ParkedGroup) => ({
  subscription,
  ...(type === undefined ? {} : { type }),
  ...(problem === undefined ? {} : { problem }),
});

function GroupCard({ group, onReplay }: { readonly group: ParkedGroup; readonly onReplay: () => void }): JSX.Element {
  const { context, subscription, type, problem, count, oldestAt, newestAt, example } = group;
  const name = `${problem ?? 'no problem'} in ${subscription}`;
  return (
    <li class="card">
      <div class="card-head">
        <h2>
          <a href={hrefOf(['parked', 'list'], { context, ...filterOf(group) })}>{problem ?? 'Without a problem'}</a>
        </h2>
        <span class="count">{count}</span>
      </div>
      <p class="why">{example.detail}</p>
      <p class="quiet">
        <code>{type ?? 'unknown type'}</code> in{' '}
        <strong>
          {context}.{subscription}
        </strong>
      </p>
      <p class="quiet">
        oldest <Ago at={oldestAt} />, newest <Ago at={newestAt} />
      </p>
      <div class="buttons">
        <a class="button" href={hrefOf(['parked', context, example.id])} aria-label={`Example of ${name}`}>
          Example
        </a>
        <button onClick={onReplay} aria-label={`Replay ${name}`}>
          Replay
        </button>
      </div>
    </li>
  );
}
