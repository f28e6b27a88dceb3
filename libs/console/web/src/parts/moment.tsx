import type { JSX } from 'preact';
import { ago, momentOf } from './time.js';

/** How long ago; the moment itself to whoever points at it. */
export function Ago({ at }: { readonly at: string }): JSX.Element {
  return (
    <time dateTime={at} title={momentOf(at)}>
      {ago(at, Date.now())}
    </time>
  );
}

export function Moment({ at }: { readonly at: string }): JSX.Element {
  return <time dateTime={at}>{momentOf(at)}</time>;
}
