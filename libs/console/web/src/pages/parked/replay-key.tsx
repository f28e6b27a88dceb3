import type { JSX } from 'preact';
import { sequenceReplay, type ParkedWhole } from '../../api/answers/parked.js';
import { path } from '../../api/client.js';
import { useConsole } from '../../console.js';
import { ActDialog } from '../../parts/act-dialog.js';

interface Properties {
  readonly parked: ParkedWhole;
  readonly onDone: () => void;
  readonly onFailed: () => void;
  readonly onClose: () => void;
}

/** Runs the messages of one key again, in order. */
export function ReplayKey({ parked, onDone, onFailed, onClose }: Properties): JSX.Element {
  const { client, notices } = useConsole();
  const { context, subscription, key, behind } = parked;
  return (
    <ActDialog
      title="Replay this message?"
      act="Replay"
      asksWhy={false}
      perform={async (_, keys) => {
        const to = path('parked', context, 'replay');
        const body = { subscription, key };
        const { status, replayed, failed, left } = await client.post(to, body, sequenceReplay, keys.of(to, body));
        if (status === 'completed') {
          notices.done(`${replayed} replayed, none is left of this key.`);
          onDone();
          return;
        }
        const why = failed === undefined ? 'it was stopped' : `message ${failed.id}: ${failed.problem.detail}`;
        notices.failed(`${replayed} replayed, ${left} left: ${why}`);
        onFailed();
      }}
      onClose={onClose}
    >
      <p>
        The messages of key <code>{key}</code> run in order, up to the first failure
        {behind === 0 ? '' : `: this one, and ${behind} that wait behind it`}.
      </p>
    </ActDialog>
  );
}
