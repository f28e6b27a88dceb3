let last = { at: Number.NaN, text: '' };

/**
 * A time in milliseconds since the epoch as RFC 3339, UTC. Messages of one millisecond share the text: making it takes
 * longer than all else that an envelope needs.
 */
export function timestamp(at: number): string {
  if (at !== last.at) last = { at, text: new Date(at).toISOString() };
  return last.text;
}
