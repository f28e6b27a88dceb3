import type { JSX } from 'preact';
import type { Projection } from '../../api/answers/projections.js';
import { Badge, type Tone } from '../../parts/badge.js';
import { Facts } from '../../parts/facts.js';
import { Ago } from '../../parts/moment.js';
import { lengthOf } from '../../parts/time.js';

interface Properties {
  readonly projection: Projection;
  /** Another build of it is on its way. */
  readonly isBeingRebuilt: boolean;
  readonly onRebuild: () => void;
}

const TONES: Readonly<Record<Projection['status'], Tone>> = { building: 'busy', live: 'good', retired: 'quiet' };
const MANY = 100;

export function ProjectionCard({ projection, isBeingRebuilt, onRebuild }: Properties): JSX.Element {
  const { context, name, version, generation, status, behind, position, events, updatedAt, progress } = projection;
  const full = `${context}.${name}`;
  return (
    <li class="card">
      <div class="card-head">
        <h2>{full}</h2>
        <Badge tone={TONES[status]}>{status}</Badge>
      </div>
      {progress !== undefined && (
        <>
          <progress max={100} value={progress.percent} aria-label={`Progress of ${full}`} />
          <p>
            {Math.floor(progress.percent)} %, {progress.eventsPerSecond} events a second
            {progress.secondsLeft !== undefined && `, ${lengthOf(progress.secondsLeft * 1_000)} left`}
          </p>
        </>
      )}
      <Facts
        of={[
          ['Behind', behind >= MANY && status === 'live' ? <Badge tone="warn">{String(behind)}</Badge> : behind],
          ['Position', position],
          ['Events', events],
          ['Version', `${version}, build ${generation}`],
          ['Moved', <Ago at={updatedAt} />],
        ]}
      />
      {status === 'live' && !isBeingRebuilt && (
        <div class="buttons">
          <button onClick={onRebuild} aria-label={`Rebuild ${full}`}>
            Rebuild
          </button>
        </div>
      )}
    </li>
  );
}
