import type { JSX } from 'preact';
import type { Policy } from '../../api/answers/circuits.js';
import { Badge, type Tone } from '../../parts/badge.js';
import { Ago } from '../../parts/moment.js';

export type Move = 'open' | 'close' | 'reset';

interface Properties {
  readonly name: string;
  readonly hosts: readonly Policy[];
  readonly onMove: (move: Move, host: Policy['host'] | undefined) => void;
}

const MOVES: readonly Move[] = ['open', 'close', 'reset'];
export const NAMES: Readonly<Record<Move, string>> = { open: 'Open', close: 'Close', reset: 'Reset' };
const TONES: Readonly<Record<'closed' | 'open' | 'half-open', Tone>> = {
  closed: 'good',
  open: 'bad',
  'half-open': 'warn',
};
const iso = (ms: number): string => new Date(ms).toISOString();

export function PolicyCard({ name, hosts, onMove }: Properties): JSX.Element {
  const canMove = hosts.some(({ breaker, context }) => breaker !== undefined && context !== undefined);
  return (
    <li class="card">
      <div class="card-head">
        <h2>{name}</h2>
      </div>
      <ul class="hosts">
        {hosts.map((policy) => (
          <OfHost
            key={policy.host.id}
            policy={policy}
            onMove={hosts.length > 1 && canMove ? (move) => onMove(move, policy.host) : undefined}
          />
        ))}
      </ul>
      {canMove && (
        <div class="buttons">
          {hosts.length > 1 && <span class="quiet">On all hosts</span>}
          {MOVES.map((move) => (
            <button key={move} onClick={() => onMove(move, undefined)} aria-label={`${NAMES[move]} ${name}`}>
              {NAMES[move]}
            </button>
          ))}
        </div>
      )}
    </li>
  );
}

function OfHost({
  policy: { name, host, breaker, failures, bulkhead, retriesLeft, counts, lastError, lastChange, lastSeenSeconds },
  onMove,
}: {
  readonly policy: Policy;
  readonly onMove: ((move: Move) => void) | undefined;
}): JSX.Element {
  const other: Move = breaker === 'closed' ? 'open' : 'close';
  return (
    <li>
      <p class="card-head">
        <span>
          {host.machine} <span class="quiet">{host.pid}</span>
        </span>
        {breaker === undefined ? (
          <Badge tone="quiet">no breaker</Badge>
        ) : (
          <Badge tone={TONES[breaker]}>{breaker}</Badge>
        )}
      </p>
      <p class="quiet">
        {counts.attempts} attempts, {counts.failures} failed, {counts.refused} refused, {counts.fallbacks} fallbacks
        {failures > 0 && `; ${failures} failures in a row`}
        {bulkhead !== undefined && `; ${bulkhead.running} running, ${bulkhead.queued} queued`}
        {retriesLeft !== undefined && `; ${retriesLeft} retries left`}
        {lastSeenSeconds > 3 && `; as it was ${Math.round(lastSeenSeconds)} s ago`}
      </p>
      {lastError !== undefined && (
        <p class="why">
          {lastError.message}, <Ago at={iso(lastError.at)} />
        </p>
      )}
      {lastChange !== undefined && (
        <p class="quiet">
          {lastChange.to} since <Ago at={iso(lastChange.at)} />
          {lastChange.by !== undefined && ` by ${lastChange.by}`}
        </p>
      )}
      {onMove !== undefined && breaker !== undefined && (
        <button
          onClick={() => onMove(other)}
          aria-label={`${NAMES[other]} here: ${name} on ${host.machine} ${host.pid}`}
        >
          {NAMES[other]} here
        </button>
      )}
    </li>
  );
}
