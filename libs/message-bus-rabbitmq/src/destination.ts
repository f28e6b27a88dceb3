import { NotDeliveredError, OverloadedError } from '@isolith/contracts';
import type { ChannelModel } from 'amqplib';
import type { Outgoing } from './confirmed-publisher.js';
import { messageOf, type Link } from './link.js';

interface DestinationParts {
  readonly link: Link;
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
 *   declared  --> unknown:   another connection (the broker may have been replaced), or `forget()`
 */
export class Destination {
  private backlog: Outgoing[] = [];
  private declaring = false;
  private declaredOn: ChannelModel | undefined;

  constructor(
    readonly name: string,
    private readonly parts: DestinationParts,
  ) {}

  submit(message: Outgoing): void {
    const connection = this.parts.link.current;
    if (connection === undefined) return message.failed(new NotDeliveredError('there is no connection to the broker'));
    if (!this.declaring && this.declaredOn === connection) return this.parts.submit(message);
    if (this.backlog.length >= this.parts.waiting) return message.failed(new OverloadedError(`${this.backlog.length} messages wait until ${this.name} is declared`));
    this.backlog.push(message);
    if (!this.declaring) void this.declare(connection);
  }

  /** Takes back what waits for the declaration, and what is behind it with the same key; `false` when it does not wait here. */
  cancel(message: Outgoing, error: Error): boolean {
    const place = this.backlog.indexOf(message);
    if (place < 0) return false;
    const { key } = message;
    const overtaking = key === undefined ? [] : this.backlog.slice(place + 1).filter((later) => later.key === key);
    const gone = new Set([message, ...overtaking]);
    this.backlog = this.backlog.filter((waiting) => !gone.has(waiting));
    message.failed(error);
    for (const later of overtaking) later.failed(new NotDeliveredError('an earlier message of its subject was given up; this one would overtake it'));
    return true;
  }

  /** The next message declares again. */
  forget(): void {
    this.declaredOn = undefined;
  }

  fail(error: Error): void {
    for (const message of this.drain()) message.failed(error);
  }

  private async declare(connection: ChannelModel): Promise<void> {
    this.declaring = true;
    try {
      await this.parts.declare(connection);
      this.declaredOn = connection;
      this.declaring = false;
      for (const message of this.drain()) this.parts.submit(message);
    } catch (cause) {
      this.declaring = false;
      this.fail(cause instanceof NotDeliveredError ? cause : new NotDeliveredError(`${this.name} could not be declared: ${messageOf(cause)}`, { cause }));
    }
  }

  private drain(): readonly Outgoing[] {
    const { backlog } = this;
    this.backlog = [];
    return backlog;
  }
}
