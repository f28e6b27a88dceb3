/** Which contexts this host runs. Everything else is elsewhere. */
export interface Placement {
  readonly here: readonly string[];
}

/** Whether a context runs in this host. */
export const isHere = (placement: Placement, context: string): boolean => placement.here.includes(context);
