import type { JSX } from 'preact';
import { useEffect, useId, useState } from 'preact/hooks';
import { renameTo } from '../routing/use-route.js';

interface Filter {
  readonly name: string;
  readonly label: string;
  /** One of these; anything where absent. */
  readonly options?: readonly string[];
  /** There is always one. */
  readonly isRequired?: boolean;
}

interface Properties {
  readonly at: readonly string[];
  readonly query: Readonly<Record<string, string>>;
  readonly fields: readonly Filter[];
}

const TYPED_FOR_MS = 300;

/** What a list is narrowed by. It stands in the address, so that "back", a bookmark and a colleague find it again. */
export function Filters({ at, query, fields }: Properties): JSX.Element {
  const id = useId();
  const [typed, setTyped] = useState(query);
  const address = JSON.stringify(query);
  useEffect(() => setTyped(query), [address]);
  const wanted = JSON.stringify(typed);
  useEffect(() => {
    if (wanted === address) return undefined;
    const timer = setTimeout(() => renameTo(at, typed), TYPED_FOR_MS);
    return () => clearTimeout(timer);
  }, [wanted, address]);
  const set = (name: string, value: string): void => {
    const { [name]: _, ...others } = typed;
    setTyped(value === '' ? others : { ...others, [name]: value });
  };
  return (
    <form class="filters" role="search" onSubmit={(event) => event.preventDefault()}>
      {fields.map(({ name, label, options, isRequired }) => (
        <div class="field" key={name}>
          <label for={`${id}-${name}`}>{label}</label>
          {options === undefined ? (
            <input
              id={`${id}-${name}`}
              type="search"
              value={typed[name] ?? ''}
              autocomplete="off"
              onInput={({ currentTarget }) => set(name, currentTarget.value)}
            />
          ) : (
            <select
              id={`${id}-${name}`}
              value={typed[name] ?? ''}
              onChange={({ currentTarget }) => set(name, currentTarget.value)}
            >
              {isRequired !== true && <option value="">any</option>}
              {options.map((option) => (
                <option key={option} value={option}>
                  {option.replaceAll('-', ' ')}
                </option>
              ))}
            </select>
          )}
        </div>
      ))}
    </form>
  );
}
