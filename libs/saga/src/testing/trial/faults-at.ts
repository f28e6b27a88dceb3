import type { RequestContract } from '@isolith/contracts';
import type { PlannedStep } from '../../definition/saga.js';
import type { Act } from '../../operations/operated.js';
import type { Fault } from './fault.js';
import type { Purpose } from './purpose.js';

const ACTS: readonly Act[] = ['retry', 'skip', 'turn back', 'take over'];

/** Wherever a person may step in, also where that has to be refused. */
export const ANY_ACT: readonly Fault[] = ACTS.map((act) => ({ kind: 'person', act }));

const ONE_DELIVERY: readonly Fault[] = [
  { kind: 'not delivered' },
  { kind: 'answer lost' },
  { kind: 'late' },
  { kind: 'error' },
  { kind: 'busy' },
  { kind: 'crash' },
  { kind: 'crash, arrives late' },
  { kind: 'stands still' },
  ...ANY_ACT,
];

const ANY_DELIVERY: readonly Fault[] = [
  ...ONE_DELIVERY,
  ...ACTS.map((act): Fault => ({ kind: 'always', how: 'error', act })),
];

/** All that can befall a command which answers an event. */
export const reactionFaults = ({ failures }: Pick<RequestContract, 'failures'>): readonly Fault[] => [
  ...ONE_DELIVERY.filter(({ kind }) => kind !== 'person'),
  ...[
    'trial.refused',
    ...failures.filter(({ contract }) => !contract.retryable).map(({ contract }) => contract.name),
  ].map((failure): Fault => ({ kind: 'refused', failure, left: false })),
  ...(['error', 'refused', 'away'] as const).map((how): Fault => ({ kind: 'always', how })),
];

/** What a step before the pivot is asked through only up to a bound. */
const BOUNDED: readonly Fault[] = [
  { kind: 'always', how: 'busy' },
  { kind: 'always', how: 'away', act: 'retry' },
];

/** Every save can meet these. */
export const SAVE_FAULTS: readonly Fault[] = [
  { kind: 'crash before' },
  { kind: 'crash after' },
  { kind: 'save fails' },
  { kind: 'save unknown' },
];

/** One that rests can meet these; `reminds`: it is due before its wait is over; `awaits`: an event is still to come. */
export const restFaults = (reminds: boolean, awaits: boolean): readonly Fault[] => [
  { kind: 'fires early' },
  { kind: 'fires late' },
  ...(reminds ? [{ kind: 'fires when all is over' } as const] : []),
  { kind: 'fires twice' },
  { kind: 'its host dies' },
  ...(awaits && reminds ? [{ kind: 'no event yet' } as const] : []),
  ...(awaits ? EVENT_FAULTS : []),
  ...ANY_ACT,
];

const EVENT_FAULTS: readonly Fault[] = [
  { kind: 'no event in time' },
  { kind: 'no event' },
  { kind: 'event with the end' },
  { kind: 'event twice' },
  { kind: 'event of another key' },
];

/** All that can befall a delivery of this command. */
export function deliveryFaults(
  { kind }: Purpose,
  step: PlannedStep | undefined,
  { failures }: Pick<RequestContract, 'failures'>,
): readonly Fault[] {
  // No attempt of a reminder has to succeed.
  if (kind === 'reminder') return [...ONE_DELIVERY, { kind: 'refused', failure: 'trial.refused', left: false }];
  const isDecisive = kind === 'step' && step?.kind !== 'retriable';
  const listed = failures.filter(({ contract }) => !contract.retryable).map(({ contract }) => contract.name);
  // One that the caller's version does not list is a failure as well.
  const names: readonly string[] = isDecisive && listed.length > 0 ? listed : ['trial.refused'];
  const refusals = names.flatMap((failure): readonly Fault[] => [
    { kind: 'refused', failure, left: false },
    ...(isDecisive && step?.leavesEffect(failure) === true ? [{ kind: 'refused', failure, left: true } as const] : []),
  ]);
  const persistent = isDecisive
    ? step?.kind === 'compensable'
      ? BOUNDED
      : []
    : ACTS.map((act): Fault => ({ kind: 'always', how: 'refused', act }));
  const twice: readonly Fault[] = kind === 'compensation' ? [{ kind: 'answer and inbox lost' }] : [];
  return [...ANY_DELIVERY, ...twice, ...refusals, ...persistent];
}
