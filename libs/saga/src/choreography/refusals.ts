/** A command of a reaction to one event. */
export interface RefusedCommand {
  readonly choreography: string;
  readonly eventId: string;
  /** Its reaction and its place in the list: what its id derives from, beside the two others. */
  readonly command: string;
}

/**
 * How often commands were refused for good that nobody answers. Implementers owe: what was recorded is counted by every
 * host from then on, and a count never falls while the event is parked. Not their job: deciding what is final.
 */
export interface Refusals {
  /** 0 for one that was never refused. */
  count(of: RefusedCommand): Promise<number>;
  /** Records that there were so many; a number that is lower than the recorded one changes nothing. */
  record(of: RefusedCommand, refusals: number): Promise<void>;
}
