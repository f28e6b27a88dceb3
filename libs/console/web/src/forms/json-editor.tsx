import type { JSX } from 'preact';
import { useId, useState } from 'preact/hooks';
import type { FieldProblem } from '../api/problem.js';

interface Properties {
  readonly label: string;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
  /** Told whether what is typed is JSON. */
  readonly onBroken: (isBroken: boolean) => void;
  readonly problems: readonly FieldProblem[];
}

/** The whole of a value as JSON, with what is wrong with it, place by place. */
export function JsonEditor({ label, value, onChange, onBroken, problems }: Properties): JSX.Element {
  const id = useId();
  const [text, setText] = useState(() => JSON.stringify(value ?? {}, null, 2));
  const [broken, setBroken] = useState<string>();
  const take = (typed: string): void => {
    setText(typed);
    try {
      onChange(JSON.parse(typed));
      setBroken(undefined);
      onBroken(false);
    } catch (error) {
      setBroken(error instanceof SyntaxError ? error.message : 'This is no JSON.');
      onBroken(true);
    }
  };
  const wrong = broken === undefined ? problems : [{ pointer: '', detail: broken }];
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <textarea
        id={id}
        class="code"
        rows={14}
        spellcheck={false}
        value={text}
        aria-invalid={wrong.length > 0}
        aria-describedby={`${id}-wrong`}
        onInput={({ currentTarget }) => take(currentTarget.value)}
      />
      <ul class="wrong" id={`${id}-wrong`}>
        {wrong.map(({ pointer, detail }) => (
          <li key={`${pointer} ${detail}`}>
            {pointer !== '' && <code>{pointer}</code>} {detail}
          </li>
        ))}
      </ul>
    </div>
  );
}
