import type { JSX } from 'preact';

export type Tone = 'good' | 'busy' | 'warn' | 'bad' | 'quiet';

/** A word with its colour; the word alone says it, too. */
export function Badge({ tone, children }: { readonly tone: Tone; readonly children: string }): JSX.Element {
  return <span class={`badge ${tone}`}>{children}</span>;
}
