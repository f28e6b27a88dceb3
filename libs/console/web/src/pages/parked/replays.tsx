import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { replays, type Replay } from '../../api/answers/parked.js';
import { useConsole } from '../../console.js';
import { useAnswer, useEvery } from '../../lists/use-answer.js';
import { Badge, type Tone } from '../../parts/badge.js';
import { Ago } from '../../parts/moment.js';
import { hrefOf } from '../../routing/route.js';

interface Properties {
  /** Another number when one was begun here. */
  readonly started: number;
  /** Told when more was replayed. */
  readonly onProgress: () => void;
}

const EVERY_MS = 1_000;
const SHOWN = 5;
const TONES: Readonly<Record<Replay['status'], Tone>> = { running: 'busy', completed: 'good', stopped: 'bad' };

/** How far the replays of groups have come, the youngest first; nothing where there are none. */
export function Replays({ started, onProgress }: Properties): JSX.Element | null {
  const { client } = useConsole();
  const asked = useAnswer(`replays ${started}`, (signal) => client.get('parked/replays', replays, signal));
  const items = asked.value?.items.slice(0, SHOWN) ?? [];
  const isRunning = items.some(({ status }) => status === 'running');
  useEvery(EVERY_MS, isRunning, asked.reload);
  const progress = items.map(({ id, replayed, status }) => `${id} ${replayed} ${status}`).join();
  const last = useRef<string | undefined>(undefined);
  useEffect(() => {
    if (last.current !== undefined && last.current !== '' && progress !== last.current) onProgress();
    last.current = progress;
  }, [progress, onProgress]);
  if (items.length === 0) return null;
  return (
    <section aria-labelledby="replays">
      <h2 id="replays">Replays</h2>
      <ul class="cards" aria-live="polite">
        {items.map((replay) => (
          <ReplayCard key={`${replay.context} ${replay.id}`} replay={replay} />
        ))}
      </ul>
    </section>
  );
}

function ReplayCard({ replay }: { readonly replay: Replay }): JSX.Element {
  const { context, filter, perSecond, status, replayed, failed, reason, by, startedAt } = replay;
  return (
    <li class="card">
      <div class="card-head">
        <strong>
          {context}:{' '}
          {Object.values(filter)
            .filter((value) => value !== undefined)
            .join(', ') || 'everything'}
        </strong>
        <Badge tone={TONES[status]}>{status}</Badge>
      </div>
      <p>
        {replayed} replayed{status === 'running' && `, up to ${perSecond} a second`}
      </p>
      {failed !== undefined && (
        <p class="why">
          stopped at <a href={hrefOf(['parked', context, failed.id])}>message {failed.id}</a>:{' '}
          <code>{failed.problem.type}</code> {failed.problem.detail}
        </p>
      )}
      {reason !== undefined && <p class="why">{reason}</p>}
      <p class="quiet">
        by {by}, <Ago at={startedAt} />
      </p>
    </li>
  );
}
