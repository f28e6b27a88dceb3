import type { JSX } from 'preact';
import { useId, useState } from 'preact/hooks';
import { groupReplay } from '../../api/answers/parked.js';
import { path } from '../../api/client.js';
import { useConsole } from '../../console.js';
import { ActDialog } from '../../parts/act-dialog.js';

interface Properties {
  readonly context: string;
  readonly filter: Readonly<Record<string, string>>;
  /** How many there are, where it is known. */
  readonly count?: number;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

const MOST_PER_SECOND = 100;

export function ReplayGroup({ context, filter, count, onDone, onClose }: Properties): JSX.Element {
  const { client, notices } = useConsole();
  const [perSecond, setPerSecond] = useState(10);
  const id = useId();
  return (
    <ActDialog
      title={count === undefined ? 'Replay all that fit?' : `Replay ${count} messages?`}
      act="Replay"
      asksWhy={false}
      perform={async (_, keys) => {
        const to = path('parked', context, 'replay-group');
        const body = { filter, perSecond };
        await client.post(to, body, groupReplay, keys.of(to, body));
        notices.done('The replay has begun: its progress is on the page of what is parked.');
        onDone();
      }}
      onClose={onClose}
    >
      <p>
        One message goes first. When it is handled the others follow, each key in order; all stops at the first failure.
      </p>
      <p class="quiet">
        {context}:{' '}
        {Object.entries(filter)
          .map(([name, value]) => `${name} ${value}`)
          .join(', ') || 'everything'}
      </p>
      <div class="field">
        <label for={id}>Messages a second</label>
        <input
          id={id}
          type="number"
          min={1}
          max={MOST_PER_SECOND}
          required
          value={perSecond}
          onInput={({ currentTarget }) => setPerSecond(currentTarget.valueAsNumber)}
        />
      </div>
    </ActDialog>
  );
}
