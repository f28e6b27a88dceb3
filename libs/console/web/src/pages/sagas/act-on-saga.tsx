import type { JSX } from 'preact';
import { operated, type Saga } from '../../api/answers/sagas.js';
import { useConsole } from '../../console.js';
import { ActDialog } from '../../parts/act-dialog.js';

export interface Act {
  readonly action: 'retry' | 'skip' | 'compensate' | 'take-over';
  readonly name: string;
  readonly says: string;
  readonly from: readonly Saga['status'][];
}

const ACTS: readonly Act[] = [
  {
    action: 'retry',
    name: 'Retry',
    says: 'Goes on from where it is, with all attempts anew.',
    from: ['needs-attention'],
  },
  {
    action: 'skip',
    name: 'Skip',
    says: 'Counts what is due as done; nothing is sent for it.',
    from: ['needs-attention'],
  },
  {
    action: 'compensate',
    name: 'Compensate',
    says: 'Turns it back: what was done is undone, step by step. Not behind its pivot.',
    from: ['running', 'needs-attention'],
  },
  {
    action: 'take-over',
    name: 'Take over',
    says: 'Ends it. Nothing more is sent: you do the rest by hand.',
    from: ['needs-attention'],
  },
];

/** What can be done with a saga of this status; the host has the last word. */
export const actsFor = (status: Saga['status']): readonly Act[] => ACTS.filter(({ from }) => from.includes(status));

interface Properties {
  /** The saga's endpoint. */
  readonly where: string;
  readonly act: Act;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

export function ActOnSaga({ where, act: { action, name, says }, onDone, onClose }: Properties): JSX.Element {
  const { client, notices } = useConsole();
  return (
    <ActDialog
      title={`${name} this saga?`}
      act={name}
      {...(action === 'retry' ? {} : { tone: 'bad' as const })}
      asksWhy
      perform={async (reason, keys) => {
        const to = `${where}/${action}`;
        const { status } = await client.post(to, { reason }, operated, keys.of(to, reason));
        notices.done(`${name}: the saga is ${status.replaceAll('-', ' ')}.`);
        onDone();
      }}
      onClose={onClose}
    >
      <p>{says}</p>
    </ActDialog>
  );
}
