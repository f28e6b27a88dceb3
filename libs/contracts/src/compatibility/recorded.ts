import type { ContractDescription, JsonSchema } from './describe.js';

/** How a former version of an event was written. */
export interface FormerVersion {
  readonly version: number;
  readonly input: JsonSchema;
}

/** A contract as a golden file holds it: an event with the versions that were recorded before. */
export interface RecordedContract extends ContractDescription {
  /** The oldest first; absent where there were none. */
  readonly former?: readonly FormerVersion[];
}

/**
 * What a golden file is to hold after these contracts were released: the contracts, and of each event the versions that
 * the file held before. Data in them is still in journals, in queues and among what is parked.
 */
export function recordContracts(
  previous: readonly RecordedContract[],
  current: readonly ContractDescription[],
): readonly RecordedContract[] {
  const before = new Map(previous.map((recorded) => [recorded.name, recorded]));
  return current.map((description) => {
    const known = before.get(description.name);
    if (description.kind !== 'event' || known?.kind !== 'event') return description;
    const { former = [], version, input } = known;
    const all = [...former, { version, input }].filter((each) => each.version < description.version);
    return all.length === 0 ? description : { ...description, former: all };
  });
}
