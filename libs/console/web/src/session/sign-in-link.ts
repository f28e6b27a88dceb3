/**
 * The secret of a one-time link, `#link=…`; undefined where the fragment is something else. Whoever reads it takes it
 * out of the address, so that it stands in no history.
 */
export function linkIn(hash: string): string | undefined {
  return /^#\/?link=([\w-]{20,200})$/.exec(hash)?.[1];
}
