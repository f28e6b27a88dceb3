import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { FieldProblem } from '../api/problem.js';
import { JsonEditor } from './json-editor.js';
import { ofWhatIsSeen } from './masked.js';
import { problemsOf } from './schema-check.js';
import { fieldOf, type Schema } from './schema-field.js';
import { SchemaForm } from './schema-form.js';

interface Properties {
  readonly label: string;
  /** Absent where nobody knows it: then it is JSON alone. */
  readonly schema: Schema | undefined;
  readonly value: unknown;
  /** `isRight`: it fits its schema. */
  readonly onChange: (value: unknown, isRight: boolean) => void;
  /** Of fields that nobody has come to, too; else what is missing would be told before it can be there. */
  readonly tellsAll: boolean;
  /** What the host has said of it. */
  readonly refused: readonly FieldProblem[];
}

/** A value that is edited field by field or as JSON, and is checked against its schema with every letter. */
export function SchemaEditor({ label, schema, value, onChange, tellsAll, refused }: Properties): JSX.Element {
  const canForm = schema !== undefined && fieldOf(schema, schema).kind === 'group';
  const [asJson, setAsJson] = useState(!canForm);
  const check = (of: unknown): readonly FieldProblem[] =>
    schema === undefined ? [] : ofWhatIsSeen(of, problemsOf(schema, of));
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const isTold = ({ pointer }: FieldProblem): boolean => tellsAll || asJson || touched.has(pointer);
  const problems = [...check(value).filter(isTold), ...refused];
  const take = (next: unknown, at?: string): void => {
    if (at !== undefined) setTouched((before) => new Set(before).add(at));
    onChange(next, check(next).length === 0);
  };
  return (
    <>
      {canForm && (
        <label class="switch">
          <input type="checkbox" checked={asJson} onChange={({ currentTarget }) => setAsJson(currentTarget.checked)} />{' '}
          as JSON
        </label>
      )}
      {asJson || schema === undefined ? (
        <JsonEditor
          label={label}
          value={value}
          onChange={take}
          onBroken={(isBroken) => {
            if (isBroken) onChange(value, false);
          }}
          problems={problems}
        />
      ) : (
        <SchemaForm root={schema} value={value} onChange={take} problems={problems} />
      )}
    </>
  );
}
