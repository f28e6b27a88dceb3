import type { JSX } from 'preact';
import { useId, useRef, useState } from 'preact/hooks';
import type { ParkedWhole } from '../../api/answers/parked.js';
import { anything } from '../../api/answers/shared.js';
import { path } from '../../api/client.js';
import { CommandKey } from '../../api/command-key.js';
import { Refused, type FieldProblem } from '../../api/problem.js';
import { useConsole } from '../../console.js';
import { SchemaEditor } from '../../forms/schema-editor.js';
import { WhyNot } from '../../parts/act-dialog.js';
import { Dialog } from '../../parts/dialog.js';

interface Properties {
  readonly parked: ParkedWhole;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

/** Edits what a message says; the host keeps what it said, and who changed it. */
export function EditParked({
  parked: { context, id, data, hidden, schema },
  onDone,
  onClose,
}: Properties): JSX.Element {
  const { client, notices } = useConsole();
  const [edited, setEdited] = useState<{ value: unknown; isRight: boolean }>({ value: data, isRight: true });
  const [reason, setReason] = useState('');
  const [failed, setFailed] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const keys = useRef(new CommandKey());
  const why = useId();
  const isSame = JSON.stringify(edited.value) === JSON.stringify(data);
  const save = async (): Promise<void> => {
    setBusy(true);
    setFailed(undefined);
    const to = path('parked', context, id, 'edit');
    const body = { data: edited.value, reason: reason.trim() };
    try {
      await client.post(to, body, anything, keys.current.of(to, body));
      notices.done('Edited. The next replay uses it.');
      onDone();
      onClose();
    } catch (error) {
      setFailed(error);
      setBusy(false);
    }
  };
  return (
    <Dialog title={`Edit message ${id}`} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!isBusy && edited.isRight && !isSame) void save();
        }}
      >
        <p class="hint">
          {hidden === undefined
            ? 'Values shown as *** keep what is stored, unless you type another.'
            : `What is stored is hidden: ${hidden}. Give all of it anew.`}
        </p>
        <SchemaEditor
          label="Data"
          schema={schema}
          value={edited.value}
          onChange={(value, isRight) => {
            setEdited({ value, isRight });
            setFailed(undefined);
          }}
          tellsAll
          refused={refusedFields(failed)}
        />
        <div class="field">
          <label for={why}>Reason</label>
          <input
            id={why}
            required
            maxLength={500}
            autocomplete="off"
            value={reason}
            onInput={({ currentTarget }) => setReason(currentTarget.value)}
          />
          <p class="hint">Kept with your name.</p>
        </div>
        {failed !== undefined && <WhyNot error={failed} />}
        <div class="buttons">
          <span class="quiet" role="status">
            {isSame ? 'Nothing is changed yet.' : edited.isRight ? '' : 'What is marked does not fit yet.'}
          </span>
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" class="primary" aria-disabled={isBusy || isSame || !edited.isRight}>
            {isBusy ? 'Working …' : 'Save'}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/** The host names fields of what was sent; those of the data are fields of the form. */
function refusedFields(failed: unknown): readonly FieldProblem[] {
  if (!(failed instanceof Refused)) return [];
  return failed.errors.map(({ pointer, detail }) => ({ pointer: pointer.replace(/^(?:\/body)?\/data/, ''), detail }));
}
