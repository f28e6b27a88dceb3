import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { numberTyped } from './form-value.js';

interface Input {
  readonly id: string;
  readonly value: unknown;
  readonly set: (value: unknown) => void;
  readonly isRequired: boolean;
  /** The element that says what is wrong with it. */
  readonly describedBy: string | undefined;
}

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : value === undefined || value === null ? '' : JSON.stringify(value);
const described = ({ describedBy }: Input) =>
  describedBy === undefined ? {} : { 'aria-describedby': describedBy, 'aria-invalid': true };
const LONG = 200;

export function TextInput(
  input: Input & { readonly format: string | undefined; readonly longest: number | undefined },
): JSX.Element {
  const { id, value, set, isRequired, format, longest } = input;
  const take = (text: string): void => set(text === '' && !isRequired ? undefined : text);
  const both = { id, value: textOf(value), autocomplete: 'off' as const, spellcheck: false, ...described(input) };
  if (longest !== undefined && longest > LONG && format === undefined)
    return <textarea {...both} rows={3} onInput={({ currentTarget }) => take(currentTarget.value)} />;
  return <input {...both} placeholder={format ?? ''} onInput={({ currentTarget }) => take(currentTarget.value)} />;
}

export function NumberInput(input: Input & { readonly isWhole: boolean }): JSX.Element {
  const { id, value, set, isWhole } = input;
  // As it was typed, so that "1." and "-" can be on their way to a number.
  const [text, setText] = useState(textOf(value));
  const shown = Object.is(numberTyped(text), value) ? text : textOf(value);
  return (
    <input
      id={id}
      value={shown}
      inputMode={isWhole ? 'numeric' : 'decimal'}
      autocomplete="off"
      {...described(input)}
      onInput={({ currentTarget }) => {
        setText(currentTarget.value);
        set(numberTyped(currentTarget.value));
      }}
    />
  );
}

export function SwitchInput(input: Input): JSX.Element {
  const { id, value, set } = input;
  return (
    <input
      id={id}
      type="checkbox"
      checked={value === true}
      {...described(input)}
      onChange={({ currentTarget }) => set(currentTarget.checked)}
    />
  );
}

export function ChoiceInput(input: Input & { readonly options: readonly unknown[] }): JSX.Element {
  const { id, value, set, isRequired, options } = input;
  const chosen = options.findIndex((option) => Object.is(option, value));
  return (
    <select
      id={id}
      value={String(chosen)}
      {...described(input)}
      onChange={({ currentTarget }) => set(options[Number(currentTarget.value)])}
    >
      {(!isRequired || chosen === -1) && <option value="-1">—</option>}
      {options.map((option, index) => (
        <option key={index} value={String(index)}>
          {textOf(option)}
        </option>
      ))}
    </select>
  );
}

export function FixedValue({ id, value }: { readonly id: string; readonly value: unknown }): JSX.Element {
  return <input id={id} value={textOf(value)} readOnly />;
}

/** Typed as JSON; what is none yet is kept as text, which the schema refuses. */
export function JsonInput(input: Input): JSX.Element {
  const { id, value, set } = input;
  const [text, setText] = useState(value === undefined ? '' : JSON.stringify(value, null, 2));
  return (
    <textarea
      id={id}
      class="code"
      rows={4}
      spellcheck={false}
      value={text}
      {...described(input)}
      onInput={({ currentTarget }) => {
        setText(currentTarget.value);
        set(valueTyped(currentTarget.value));
      }}
    />
  );
}

function valueTyped(text: string): unknown {
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
