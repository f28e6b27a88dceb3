type Fields = Record<string, unknown>;

/**
 * Makes of what one version has written that of the next: of an event's data, of a saga's state. Pure: the same data
 * gives the same, whenever, and what it was given is not changed.
 */
export interface Upcaster {
  /** The version that it reads; it writes the one after. */
  readonly from: number;
  readonly up: (data: Readonly<Fields>) => Fields;
}

/**
 * What is wrong with a chain that is to lead from version `first` to `version`, as sentences: there is one link from
 * each version, none is missing, none leads elsewhere.
 */
export function chainProblems(upcasters: readonly Upcaster[], version: number, first = 1): readonly string[] {
  const froms = upcasters.map(({ from }) => from);
  const links = Array.from({ length: Math.max(0, version - first) }, (_, index) => first + index);
  const twice = new Set(froms.filter((from, index) => froms.indexOf(from) !== index));
  return [
    ...froms
      .filter((from) => !(Number.isInteger(from) && from >= 1 && from < version))
      .map((from) => `an upcaster reads version ${from}, which is none before ${version}`),
    ...links.filter((from) => !froms.includes(from)).map((from) => `no upcaster from version ${from} to ${from + 1}`),
    ...[...twice].map((from) => `two upcasters read version ${from}`),
  ];
}

/**
 * What version `from` has written as version `to` would have, link by link. Whether it fits nobody has checked, and
 * what is no object is left as it is. Throws what a link throws, and an Error where one is missing.
 */
export function upcast(upcasters: readonly Upcaster[], data: unknown, from: number, to: number): unknown {
  let upcasted = data;
  for (let version = from; version < to; version += 1) {
    const link = upcasters.find((upcaster) => upcaster.from === version);
    if (link === undefined) throw new Error(`no upcaster from version ${version} to ${version + 1}`);
    if (!isFields(upcasted)) return upcasted;
    upcasted = link.up(upcasted);
  }
  return upcasted;
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
