import type { JSX } from 'preact';
import { useId } from 'preact/hooks';
import type { FieldProblem } from '../api/problem.js';
import { ChoiceInput, FixedValue, JsonInput, NumberInput, SwitchInput, TextInput } from './inputs.js';
import { emptyOf, pointerOf, replaced, without, type Path } from './form-value.js';
import { at } from './schema-check.js';
import { fieldOf, type Schema } from './schema-field.js';

export interface FormOf {
  readonly root: Schema;
  /** Of the whole form. */
  readonly value: unknown;
  /** @param at where in it, as a JSON pointer */
  readonly onChange: (value: unknown, at: string) => void;
  readonly problems: readonly FieldProblem[];
}

interface Part {
  readonly form: FormOf;
  readonly schema: Schema;
  readonly path: Path;
  readonly name: string;
  readonly isRequired: boolean;
  readonly value: unknown;
}

/** A form made from a JSON Schema. */
export function SchemaForm(form: FormOf): JSX.Element {
  return <PartOfForm form={form} schema={form.root} path={[]} name="" isRequired value={form.value} />;
}

function PartOfForm(part: Part): JSX.Element {
  const { form, schema, path, name, isRequired, value } = part;
  const id = useId();
  const field = fieldOf(schema, form.root);
  const set = (next: unknown): void => form.onChange(replaced(form.value, path, next), pointerOf(path));
  if (field.kind === 'group') {
    const held =
      typeof value === 'object' && value !== null ? new Map<string, unknown>(Object.entries(value)) : new Map();
    const parts = field.fields.map((one) => (
      <PartOfForm
        key={one.name}
        form={form}
        schema={one.schema}
        path={[...path, one.name]}
        name={one.name}
        isRequired={one.isRequired}
        value={held.get(one.name)}
      />
    ));
    if (path.length === 0) return <>{parts}</>;
    return (
      <fieldset>
        <legend>{name}</legend>
        {parts}
        <Wrong id={id} details={at(pointerOf(path), form.problems)} />
      </fieldset>
    );
  }
  if (field.kind === 'list') return <List part={part} item={field.item} set={set} />;
  const details = at(pointerOf(path), form.problems);
  const input = { id, value, set, isRequired, describedBy: details.length > 0 ? `${id}-wrong` : undefined };
  return (
    <div class="field">
      <label for={id}>
        {name === '' ? 'Value' : name}
        {!isRequired && <span class="quiet"> (optional)</span>}
      </label>
      {field.kind === 'text' && <TextInput {...input} {...field} />}
      {field.kind === 'number' && <NumberInput {...input} {...field} />}
      {field.kind === 'switch' && <SwitchInput {...input} />}
      {field.kind === 'choice' && <ChoiceInput {...input} {...field} />}
      {field.kind === 'fixed' && <FixedValue id={id} value={field.value} />}
      {field.kind === 'json' && <JsonInput {...input} />}
      <Wrong id={id} details={details} />
    </div>
  );
}

function List({ part, item, set }: { part: Part; item: Schema; set: (value: unknown) => void }): JSX.Element {
  const { form, path, name } = part;
  const id = useId();
  const items: readonly unknown[] = Array.isArray(part.value) ? part.value : [];
  return (
    <fieldset>
      <legend>{name === '' ? 'List' : name}</legend>
      {items.map((value, index) => (
        <div class="item" key={index}>
          <PartOfForm
            form={form}
            schema={item}
            path={[...path, index]}
            name={`${index + 1}`}
            isRequired
            value={value}
          />
          <button type="button" onClick={() => set(without(items, index))} aria-label={`Remove ${name} ${index + 1}`}>
            Remove
          </button>
        </div>
      ))}
      <button type="button" onClick={() => set([...items, emptyOf(item, form.root)])}>
        Add to {name === '' ? 'list' : name}
      </button>
      <Wrong id={id} details={at(pointerOf(path), form.problems)} />
    </fieldset>
  );
}

function Wrong({ id, details }: { readonly id: string; readonly details: readonly string[] }): JSX.Element | null {
  if (details.length === 0) return null;
  return (
    <p class="wrong" id={`${id}-wrong`}>
      {details.join(' ')}
    </p>
  );
}
