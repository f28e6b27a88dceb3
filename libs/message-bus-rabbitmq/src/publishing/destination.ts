import { NotDeliveredError, OverloadedError } from '@isolith/contracts';
import type { ChannelModel } from 'amqplib';
import type { Outgoing } from './confirmed-publisher.js';
import { pause } from '../connection/backoff.js';
import type { Berth } from '../topology/berth.js';
import { messageOf, type Link } from '../connection/link.js';
import { troubleOf } from '../topology/trouble.js';

/**
 * A queue that is made again within moments of its deletion may get the consumer of the old one, to whom the broker
 * then delivers nothing (seen with quorum queues of 3.10, within 30 ms). So a queue that vanished is left alone until
 * its consumer has noticed.
 */
const REST_MS = 1_000;

interface DestinationParts {
  readonly link: Link;
  /** Where it is declared: what the broker can't serve may cost the connection. */
  readonly berth: Berth;
  readonly waiting: number;
  readonly declare: (connection: ChannelModel) => Promise<void>;
  readonly submit: (message: Outgoing) => void;
}

/**
 * A queue or exchange that its sender declares first.
 *
 *   unknown   --> declaring: something is submitted; it waits here, in order
 *   declaring --> declared:  what waits goes on, in one go, before anything that is submitted later
 *   declaring --> unknown:   the declaration failed; what waits is refused
 *   declared  --> unknown:   another connection (the broker may have been replaced), or it has vanished
 */
export class Destination {
  private backlog: Outgoing[] = [];
  private declaring = false;
  private declaredOn: ChannelModel | undefined;
  private restsUntil = 0;
  private why: string | undefined;
  private readonly closing = new AbortController();

  constructor(
    readonly name: string,
    private readonly parts: DestinationParts,
  ) {}

  /** Why it can't be declared; undefined when it can, and when nobody knows. */
  get trouble(): string | undefined {
    return this.why;
  }

  submit(message: Outgoing): void {
    const connection = this.parts.link.current;
    if (connection === undefined) return message.failed(new NotDeliveredError('there is no connection to the broker'));
    if (!this.declaring && this.declaredOn === connection) return this.parts.submit(message);
    if (this.backlog.length >= this.parts.waiting)
      return message.failed(new OverloadedError(`${this.backlog.length} messages wait until ${this.name} is declared`));
    this.backlog.push(message);
    if (!this.declaring) void this.declare(connection);
  }

  /**
   * Takes back what waits for the declaration, and what is behind it with the same key; `false` when it does not wait
   * here.
   */
  cancel(message: Outgoing, error: Error): boolean {
    const place = this.backlog.indexOf(message);
    if (place < 0) return false;
    const { key } = message;
    const overtaking = key === undefined ? [] : this.backlog.slice(place + 1).filter((later) => later.key === key);
    const gone = new Set([message, ...overtaking]);
    this.backlog = this.backlog.filter((waiting) => !gone.has(waiting));
    message.failed(error);
    for (const later of overtaking)
      later.failed(new NotDeliveredError('an earlier message of its subject was given up; this one would overtake it'));
    return true;
  }

  /** The broker knows it no more: the next message declares it again, after a rest. */
  vanished(): void {
    if (this.declaredOn === undefined) return;
    this.declaredOn = undefined;
    this.restsUntil = performance.now() + REST_MS;
  }

  async close(error: Error): Promise<void> {
    this.closing.abort();
    this.refuse(error);
    await this.parts.berth.close();
  }

  private refuse(error: Error): void {
    for (const message of this.drain()) message.failed(error);
  }

  private async declare(connection: ChannelModel): Promise<void> {
    this.declaring = true;
    try {
      await pause(this.restsUntil - performance.now(), this.closing.signal);
      await this.parts.berth.use(this.parts.declare);
      this.why = undefined;
      this.declaredOn = connection;
      this.declaring = false;
      for (const message of this.drain()) this.parts.submit(message);
      await this.parts.berth.rejoin();
    } catch (cause) {
      this.declaring = false;
      this.why = troubleOf(cause);
      this.refuse(
        cause instanceof NotDeliveredError
          ? cause
          : new NotDeliveredError(`${this.name} could not be declared: ${messageOf(cause)}`, { cause }),
      );
    }
  }

  private drain(): readonly Outgoing[] {
    const { backlog } = this;
    this.backlog = [];
    return backlog;
  }
}
