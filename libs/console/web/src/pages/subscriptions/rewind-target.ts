/** Back to where a subscription is rewound. */
export type TargetKind = 'last-effect' | 'position' | 'time';

export const TARGETS: Readonly<Record<TargetKind, { readonly label: string; readonly wrong: string }>> = {
  'last-effect': { label: 'The first event without an effect', wrong: '' },
  position: { label: 'Position in the journal', wrong: 'The position is a whole number, 0 or more.' },
  time: { label: 'Time, by your clock', wrong: 'The time is not one.' },
};

/** As the host wants it; undefined while what was typed is none. */
export function targetOf(
  kind: TargetKind,
  text: string,
): 'last-effect' | { readonly position: number } | { readonly time: string } | undefined {
  if (kind === 'last-effect') return kind;
  if (kind === 'position') return /^\d{1,15}$/.test(text) ? { position: Number(text) } : undefined;
  const time = new Date(text);
  return Number.isNaN(time.getTime()) ? undefined : { time: time.toISOString() };
}
