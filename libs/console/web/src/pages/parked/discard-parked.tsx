import type { JSX } from 'preact';
import { discarded, type ParkedWhole } from '../../api/answers/parked.js';
import { path } from '../../api/client.js';
import { useConsole } from '../../console.js';
import { ActDialog } from '../../parts/act-dialog.js';

interface Properties {
  readonly parked: ParkedWhole;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

export function DiscardParked({ parked: { context, id }, onDone, onClose }: Properties): JSX.Element {
  const { client, notices } = useConsole();
  return (
    <ActDialog
      title="Discard this message?"
      act="Discard"
      tone="bad"
      asksWhy={false}
      perform={async (_, keys) => {
        const to = path('parked', context, id, 'discard');
        const { outcome } = await client.post(to, {}, discarded, keys.of(to, {}));
        notices.done(outcome === 'handled' ? 'It had been handled meanwhile.' : 'Discarded.');
        onDone();
      }}
      onClose={onClose}
    >
      <p>It counts as handled for good, also when it is delivered again. Nothing brings it back.</p>
    </ActDialog>
  );
}
