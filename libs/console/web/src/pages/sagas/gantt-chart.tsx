import type { JSX } from 'preact';
import type { TimelineEntry } from '../../api/answers/sagas.js';
import { momentOf, lengthOf } from '../../parts/time.js';
import { gantt, type Bar } from './gantt.js';

/** What happened to a saga, entry by entry, each beside the stretch of time that led to it. */
export function GanttChart({ timeline }: { readonly timeline: readonly TimelineEntry[] }): JSX.Element {
  return (
    <ol class="gantt">
      {gantt(timeline).map((bar, index) => (
        <Line key={index} bar={bar} />
      ))}
    </ol>
  );
}

function Line({ bar: { entry, kind, isIdle, took, from, to, isSqueezed } }: { readonly bar: Bar }): JSX.Element {
  const { at, what, attempts, trouble, operator, reason } = entry;
  return (
    <li class={`${kind} ${isIdle ? 'idle' : ''}`}>
      <div class="what">
        <strong>{what}</strong>
        {attempts !== undefined && <span class="quiet"> after {attempts} attempts that failed</span>}
        <time dateTime={at} class="quiet">
          {momentOf(at)}
        </time>
      </div>
      <div class="track">
        <svg width="100%" height="14" aria-hidden="true">
          <rect x={`${from * 100}%`} y="2" width={`${(to - from) * 100}%`} height="10" rx="3" />
          {isSqueezed && (
            <svg x={`${(from + to) * 50}%`} overflow="visible">
              <path d="M-6 14-1 0m2 14L6 0" class="cut" />
            </svg>
          )}
        </svg>
        <span class="took">
          {took > 0 && `+${lengthOf(took)}`}
          {isSqueezed && ' (squeezed)'}
        </span>
      </div>
      {trouble !== undefined && (
        <p class="why">
          <code>{trouble.type}</code> {trouble.detail}
        </p>
      )}
      {operator !== undefined && (
        <p class="why">
          by {operator}
          {reason !== undefined && `: ${reason}`}
        </p>
      )}
    </li>
  );
}
