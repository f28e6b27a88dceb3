import { ContractViolationError, masked, type Envelope, type EventContract } from '@isolith/contracts';

/** What of an event's data may be shown, or why none of it. */
export type Shown = { readonly data: unknown } | { readonly hidden: string };

/** An event as it was recorded. */
export type RecordedData = Pick<Envelope, 'type' | 'data' | 'schemaversion'>;

type Fields = Readonly<Record<string, unknown>>;
type ReadFields =
  | { readonly fields: Fields; readonly known: EventContract }
  /** `known`: where it is known what the data ought to be, and it is not. */
  | { readonly hidden: string; readonly known?: EventContract };

/**
 * An event's data without what its contract marks as personal. Only fields that the contract declares are shown: of
 * anything else nobody knows what it is.
 */
export function shownData(event: RecordedData, contract: EventContract | undefined): Shown {
  const read = readFields(event, contract);
  // What fails here is a defect of the mask, and is told as one.
  return 'hidden' in read ? { hidden: read.hidden } : { data: masked(read.known.input, read.fields) };
}

/** An event's data in today's version of its contract, or why nobody here can tell what it is. */
export function readFields({ type, data, schemaversion }: RecordedData, known: EventContract | undefined): ReadFields {
  if (known === undefined) return { hidden: `${type} is unknown here, so nobody can tell what of it is personal` };
  const { version } = known;
  if (schemaversion > version)
    return {
      hidden: `its data is of version ${schemaversion} and ${type} is known here in version ${version}, so nobody can tell what is personal`,
    };
  try {
    return { known, fields: known.readStored(data, schemaversion) };
  } catch (error) {
    if (error instanceof ContractViolationError)
      return { known, hidden: `its data does not fit ${type} as it is known here` };
    // Whatever its upcasters throw must not keep an operator from all the others.
    return { known, hidden: `its data of version ${schemaversion} could not be read by the upcasters of ${type}` };
  }
}
