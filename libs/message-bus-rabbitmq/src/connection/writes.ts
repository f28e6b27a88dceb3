import type { ConnectionWrites } from './connection-writes.js';
import type { ProblemSink } from './options.js';
import { writesOf } from './writes-of.js';

/**
 * How things are written on each connection of a transport: directly where its driver is the one that is known, else by
 * the driver. Says once why it is the driver.
 */
export class Writes {
  private why: string | undefined;
  private how = 'no connection yet';

  /** `version` of amqplib; undefined when nobody can tell. */
  constructor(
    private readonly version: string | undefined,
    private readonly onProblem: ProblemSink,
  ) {}

  /** In a clause for people. */
  get seen(): string {
    return this.how;
  }

  on(connection: object): ConnectionWrites {
    const writes = writesOf(connection, this.version);
    if (writes.byDriver !== undefined && writes.byDriver !== this.why)
      this.onProblem('messages are written by the driver, which costs processor time', new Error(writes.byDriver));
    this.why = writes.byDriver;
    this.how = this.why === undefined ? 'written directly' : `written by the driver: ${this.why}`;
    return writes;
  }
}
