/** What the three steps of every contestant do. */
export interface Trip {
  readonly tripId: string;
  readonly seat?: string | undefined;
  readonly payment?: string | undefined;
  readonly ticket?: string | undefined;
}

export const takeSeat = async (tripId: string): Promise<{ seat: string }> => ({ seat: `12A of ${tripId}` });
export const charge = async (tripId: string): Promise<{ payment: string }> => ({ payment: `paid for ${tripId}` });
export const issueTicket = async (tripId: string): Promise<{ ticket: string }> => ({ ticket: `ticket of ${tripId}` });

/** Throws unless a trip has been through all three. */
export function requireWhole({ tripId, seat, payment, ticket }: Trip): void {
  if (seat !== `12A of ${tripId}` || payment !== `paid for ${tripId}` || ticket !== `ticket of ${tripId}`)
    throw new Error(`the workflow of ${tripId} lacks a step`);
}

/** Throws unless as many workflows have ended well as were run. */
export function requireAll(kept: number | undefined, run: number): void {
  if (kept !== run) throw new Error(`${run} workflows were run, ${kept ?? 'none'} of them ended well in the database`);
}
