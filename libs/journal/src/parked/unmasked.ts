import { isDeepStrictEqual } from 'node:util';
import { ContractViolationError, MASK, masked, personalPaths, type EventContract } from '@isolith/contracts';

/** Where something personal stands, segment by segment; `*` is any item or entry. */
type PersonalPath = readonly string[];

/** What stands at one place: as somebody has edited it, as it is stored, and as it was shown to them. */
interface Place {
  readonly edited: unknown;
  readonly stored: unknown;
  readonly shown: unknown;
}

/**
 * Edited data with what is stored wherever the mask was left as it was shown. Throws ContractViolationError where a
 * mask stands and nothing is stored, and where items of a list with masks come, go or change places: which of the
 * hidden values belongs to which of them nobody could tell.
 */
export function unmasked(edited: unknown, stored: unknown, schema: EventContract['input']): unknown {
  const shown = masked(schema, stored);
  const paths = personalPaths(schema).map((path) => path.split('/').slice(1));
  return paths.reduce<unknown>((data, path) => restoredAt({ edited: data, stored, shown }, path, ''), edited);
}

function restoredAt(place: Place, path: PersonalPath, pointer: string): unknown {
  const [segment, ...rest] = path;
  const { edited, stored } = place;
  if (segment === undefined) {
    if (edited !== MASK) return edited;
    if (stored === undefined) throw misfit(pointer, 'holds the mask, and no value is stored behind it');
    return stored;
  }
  if (Array.isArray(edited)) return restoredItems(edited, place, path, pointer);
  if (typeof edited !== 'object' || edited === null) return edited;
  return Object.fromEntries(
    Object.entries(edited).map(([name, value]) => [
      name,
      segment === '*' || segment === name
        ? restoredAt(
            { edited: value, stored: fieldOf(stored, name), shown: fieldOf(place.shown, name) },
            rest,
            `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`,
          )
        : value,
    ]),
  );
}

function restoredItems(
  edited: readonly unknown[],
  { stored, shown }: Place,
  [segment, ...rest]: PersonalPath,
  pointer: string,
): unknown[] {
  const before: readonly unknown[] = Array.isArray(stored) ? stored : [];
  const seen: readonly unknown[] = Array.isArray(shown) ? shown : [];
  const moved = (item: unknown, at: number): boolean =>
    !isDeepStrictEqual(item, seen[at]) && seen.some((other) => isDeepStrictEqual(item, other));
  if (edited.some(holdsMask) && (edited.length !== before.length || edited.some(moved)))
    throw misfit(pointer, 'is a list with masked values: its items can be changed, but not added, removed or moved');
  return edited.map((item, at) =>
    segment === '*' || segment === String(at)
      ? restoredAt({ edited: item, stored: before[at], shown: seen[at] }, rest, `${pointer}/${at}`)
      : item,
  );
}

const holdsMask = (value: unknown): boolean =>
  value === MASK || (typeof value === 'object' && value !== null && Object.values(value).some(holdsMask));

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;

const misfit = (pointer: string, detail: string): ContractViolationError =>
  new ContractViolationError(`${pointer || '/'} ${detail}`, [{ pointer, detail }]);
