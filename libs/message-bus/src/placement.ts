/** Which contexts this host runs. Everything else is elsewhere. */
export interface Placement {
  readonly here: readonly string[];
}

export const isHere = (placement: Placement, context: string): boolean => placement.here.includes(context);
