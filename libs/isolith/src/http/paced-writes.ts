import { AdmissionPace } from '@isolith/resilience';
import { isRead } from './places-in-flight.js';

/**
 * What a request begins and leaves to be done after it (a saga) costs more than the request itself: where more is begun
 * than gets done, requests stay quick and the work behind them waits ever longer. So what changes something is taken on
 * at the pace at which its context gets such work done, found out from how much of it waits.
 */
export class PacedWrites {
  readonly paces: ReadonlyMap<string, AdmissionPace>;

  /** @param backlogs tells how much waits in each context, as far as its hosts have said by then */
  constructor(
    contexts: Iterable<string>,
    private readonly backlogs: () => (context: string) => number,
    now?: () => number,
  ) {
    this.paces = new Map([...contexts].map((context) => [context, new AdmissionPace({}, now)]));
  }

  /** Once a second. */
  look(): void {
    const backlogOf = this.backlogs();
    for (const [context, pace] of this.paces) pace.waiting(backlogOf(context));
  }

  /** Whether one more request to the context is too much for what it may begin. */
  refuses(context: string, method: string): boolean {
    return !isRead(method) && this.paces.get(context)?.admits() === false;
  }
}
