/** How far a journal has been handed over to one subscription, and by whom. */
export interface RelayStatus {
  /** Whose journal it is. */
  readonly producer: string;
  readonly context: string;
  readonly subscription: string;
  /**
   * Whether this host serves it. Of a subscription that another host serves, this host knows only the stored position.
   */
  readonly leader: boolean;
  /** Everything up to here has been handed over. */
  readonly position: number;
  /** The last position of the journal. */
  readonly end: number;
  readonly lag: number;
  /** Events that this host has taken up and not handed over yet. */
  readonly unfinished: number;
  /** For how long the one among them has been that was taken up first, in milliseconds; 0 when there is none. */
  readonly oldestUnfinishedMs: number;
  /** Deliveries that have failed since the last one that did not. */
  readonly failures: number;
}
