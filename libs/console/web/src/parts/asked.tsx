import type { ComponentChildren, JSX } from 'preact';
import type { Unreachable } from '../api/answers/shared.js';
import { told } from '../api/problem.js';
import type { Asked } from '../lists/use-answer.js';

/** What came of a question: the answer, or that it is on its way, or why there is none, with a way to ask again. */
export function Answered<T>({
  asked,
  children,
}: {
  readonly asked: Asked<T>;
  readonly children: (value: T) => ComponentChildren;
}): JSX.Element {
  const { value, error, isLoading, reload } = asked;
  return (
    <>
      {error !== undefined && <Trouble text={told(error)} again={reload} />}
      {value === undefined ? isLoading && <p class="quiet">Loading …</p> : children(value)}
    </>
  );
}

export function Trouble({ text, again }: { readonly text: string; readonly again?: () => void }): JSX.Element {
  return (
    <div class="trouble" role="alert">
      <p>{text}</p>
      {again !== undefined && (
        <button type="button" onClick={again}>
          Ask again
        </button>
      )}
    </div>
  );
}

/** Who gave no answer: what is listed is not all there is. */
export function Absent({ contexts }: { readonly contexts: readonly Unreachable[] }): JSX.Element | null {
  if (contexts.length === 0) return null;
  return (
    <div class="trouble warn" role="status">
      <p>Not all contexts answered, so this is not all there is:</p>
      <ul>
        {contexts.map(({ context, reason }) => (
          <li key={context}>
            <strong>{context}</strong>: {reason}
          </li>
        ))}
      </ul>
    </div>
  );
}
