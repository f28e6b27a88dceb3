import type { ComponentChildren, JSX } from 'preact';
import { useId, useRef, useState } from 'preact/hooks';
import { CommandKey } from '../api/command-key.js';
import { Refused, told, type FieldProblem } from '../api/problem.js';
import { Dialog } from './dialog.js';

interface Properties {
  readonly title: string;
  /** What the button says that does it. */
  readonly act: string;
  readonly tone?: 'bad';
  /** Whether the host keeps why. */
  readonly asksWhy: boolean;
  readonly children?: ComponentChildren;
  /**
   * `stay`: it was not all, and the dialog goes on.
   * @param keys whoever presses twice acts once
   */
  readonly perform: (reason: string, keys: CommandKey) => Promise<'stay' | undefined | void>;
  readonly onClose: () => void;
}

/** Asks before something is done, and why; it stays, with what was typed, when it could not be done. */
export function ActDialog({ title, act, tone, asksWhy, children, perform, onClose }: Properties): JSX.Element {
  const [reason, setReason] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [failed, setFailed] = useState<unknown>();
  const keys = useRef(new CommandKey());
  const why = `${useId()}-reason`;
  const submit = async (): Promise<void> => {
    setBusy(true);
    setFailed(undefined);
    try {
      if ((await perform(reason.trim(), keys.current)) === 'stay') setBusy(false);
      else onClose();
    } catch (error) {
      setFailed(error);
      setBusy(false);
    }
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!isBusy) void submit();
        }}
      >
        {children}
        {asksWhy && (
          <div class="field">
            <label for={why}>Reason</label>
            <input
              id={why}
              required
              maxLength={500}
              autocomplete="off"
              autofocus
              value={reason}
              onInput={({ currentTarget }) => setReason(currentTarget.value)}
            />
            <p class="hint">Kept with your name.</p>
          </div>
        )}
        {failed !== undefined && <WhyNot error={failed} />}
        <div class="buttons">
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" class={tone === 'bad' ? 'danger' : 'primary'} aria-disabled={isBusy}>
            {isBusy ? 'Working …' : act}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/** Why something was refused, with the fields that the host names. */
export function WhyNot({ error }: { readonly error: unknown }): JSX.Element {
  const fields: readonly FieldProblem[] = error instanceof Refused ? error.errors : [];
  return (
    <div class="trouble" role="alert">
      <p>{told(error)}</p>
      {fields.length > 0 && (
        <ul>
          {fields.map(({ pointer, detail }) => (
            <li key={`${pointer} ${detail}`}>
              <code>{pointer}</code> {detail}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
