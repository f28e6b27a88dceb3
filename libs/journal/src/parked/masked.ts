import { ContractViolationError, personalPaths, type Envelope, type EventContract } from '@isolith/contracts';

/** What of an event's data may be shown, or why none of it. */
export type Shown = { readonly data: unknown } | { readonly hidden: string };

const MASK = '***';

/**
 * An event's data without what its contract marks as personal. Only fields that the contract declares are shown: of
 * anything else nobody knows what it is.
 */
export function shownData({ type, data }: Envelope, contract: EventContract | undefined): Shown {
  if (contract === undefined) return { hidden: `${type} is unknown here, so nobody can tell what of it is personal` };
  try {
    const fields = contract.readInput(data);
    return {
      data: personalPaths(contract.input).reduce<unknown>(
        (masked, path) => maskedAt(masked, path.split('/').slice(1)),
        fields,
      ),
    };
  } catch (error) {
    if (error instanceof ContractViolationError) return { hidden: `its data does not fit ${type} as it is known here` };
    throw error;
  }
}

/** A copy with the mask at a path; `*` is any item or entry. */
function maskedAt(value: unknown, [segment, ...rest]: readonly string[]): unknown {
  if (segment === undefined) return value === undefined ? undefined : MASK;
  if (Array.isArray(value))
    return value.map((item, index) => (segment === '*' || segment === String(index) ? maskedAt(item, rest) : item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      segment === '*' || segment === name ? maskedAt(item, rest) : item,
    ]),
  );
}
