import {
  codec,
  NotDeliveredError,
  OutcomeUnknownError,
  OverloadedError,
  type Envelope,
  steadyNow,
} from '@isolith/contracts';
import type { Address } from '@isolith/message-bus';
import type { Channel } from 'amqplib';
import { REPLY_TO } from './answers.js';
import { ConfirmedPublisher, type Outgoing } from '../publishing/confirmed-publisher.js';
import { boundedContentOf } from '../publishing/content.js';
import type { Link } from '../connection/link.js';
import type { RabbitMqMetrics } from '../connection/metrics.js';
import type { ProblemSink } from '../connection/options.js';
import { PlainPublisher } from '../publishing/plain-publisher.js';
import { queueName } from '../topology/topology.js';
import { WaitingCallers, type Caller } from './waiting-callers.js';
import type { WindowBounds } from '../publishing/window.js';

export type RequestAddress = Extract<Address, { lane: 'requests' | 'queries' }>;

/** A query that nobody has taken for this long is of no use to anybody; milliseconds. */
const LONGEST_QUERY_TTL_MS = 600_000;

interface RequesterParts {
  readonly link: Link;
  readonly bounds: WindowBounds;
  readonly metrics: RabbitMqMetrics;
  readonly onProblem: ProblemSink;
}

/** The commands to one context, and who waits for their answers. */
interface CommandLane {
  readonly callers: WaitingCallers;
  readonly publisher: ConfirmedPublisher;
}

/**
 * Asks. Commands go persistent, confirmed and mandatory; queries without a confirm, because their answer is one. The
 * commands of each context and the queries have a channel whose answers come back on it; when the channel is lost, so
 * are the answers, and every caller is told. Commands share none: a queue that confirms nothing would hold up all
 * others.
 */
export class Requester {
  /** By context. */
  private readonly commandLanes = new Map<string, CommandLane>();
  private readonly queryCallers: WaitingCallers;
  private readonly queries: PlainPublisher;
  private readonly closing = new AbortController();
  private asked = 0;
  /** Queries that wait for their channel. */
  private unsent = 0;

  constructor(private readonly parts: RequesterParts) {
    const { link, bounds, metrics, onProblem } = parts;
    this.queryCallers = new WaitingCallers(metrics);
    this.queries = new PlainPublisher({
      link,
      patienceMs: bounds.patienceMs,
      onProblem,
      setup: (channel) => this.setUpQueries(channel),
      lost: () => this.queryCallers.failAll(answerLost),
    });
  }

  request(envelope: Envelope, to: RequestAddress, signal: AbortSignal): Promise<Envelope> {
    if (this.closing.signal.aborted) return Promise.reject(new NotDeliveredError('the transport is closed'));
    if (signal.aborted) return Promise.reject(new NotDeliveredError(`given up before ${envelope.type} was sent`));
    this.asked += 1;
    this.parts.metrics.requests += 1;
    const token = this.asked.toString(36);
    return to.lane === 'requests' ? this.command(envelope, to, token, signal) : this.query(envelope, to, token, signal);
  }

  async close(): Promise<void> {
    this.closing.abort();
    const lanes = [...this.commandLanes.values()];
    const closing = [...lanes.map(({ publisher }) => publisher.close()), this.queries.close()];
    for (const callers of [...lanes.map((lane) => lane.callers), this.queryCallers]) callers.failAll(answerLost);
    await Promise.all(closing);
  }

  private command(envelope: Envelope, to: RequestAddress, token: string, signal: AbortSignal): Promise<Envelope> {
    return new Promise((resolve, reject) => {
      const { callers, publisher } = this.laneOf(to.context);
      this.requireRoom(callers);
      publisher.requireRoom(1);
      const ttl = timeToLive(envelope, Infinity);
      const message: Outgoing = {
        exchange: '',
        routingKey: queueName(to),
        content: boundedContentOf(envelope),
        options: {
          persistent: true,
          replyTo: REPLY_TO,
          contentType: codec.contentType,
          ...(ttl === undefined ? {} : { expiration: ttl }),
        },
        token,
        taken: () => undefined,
        failed: (error) => callers.fail(token, error),
      };
      this.await(callers, token, signal, envelope.type, resolve, reject, () => {
        const givenUp = new NotDeliveredError(`given up before ${envelope.type} was sent`);
        // Not written yet: the publisher hands the message back, which ends the wait.
        if (!publisher.cancel(message, givenUp)) callers.fail(token, noAnswer(envelope.type));
      });
      publisher.submit(message);
    });
  }

  private laneOf(context: string): CommandLane {
    const known = this.commandLanes.get(context);
    if (known !== undefined) return known;
    const { link, bounds, metrics, onProblem } = this.parts;
    const callers = new WaitingCallers(metrics);
    const publisher = new ConfirmedPublisher({
      link,
      bounds,
      metrics,
      onProblem,
      setup: (channel) => takeAnswers(channel, callers),
      lost: () => callers.failAll(answerLost),
    });
    const lane = { callers, publisher };
    this.commandLanes.set(context, lane);
    return lane;
  }

  private async query(envelope: Envelope, to: RequestAddress, token: string, signal: AbortSignal): Promise<Envelope> {
    this.requireRoom(this.queryCallers, this.unsent);
    const content = boundedContentOf(envelope);
    if (!this.queries.ready) await this.untilSendable(signal);
    return new Promise((resolve, reject) => {
      this.await(this.queryCallers, token, signal, envelope.type, resolve, reject, () =>
        this.queryCallers.fail(token, noAnswer(envelope.type)),
      );
      const expiration = timeToLive(envelope, LONGEST_QUERY_TTL_MS) ?? LONGEST_QUERY_TTL_MS;
      try {
        this.queries.publish(queueName(to), content, {
          replyTo: REPLY_TO,
          correlationId: token,
          mandatory: true,
          expiration,
          contentType: codec.contentType,
        });
      } catch (cause) {
        this.queryCallers.fail(
          token,
          new NotDeliveredError(`${envelope.type} was not sent: the channel to the broker has just ended`, { cause }),
        );
      }
    });
  }

  private async untilSendable(signal: AbortSignal): Promise<void> {
    this.unsent += 1;
    try {
      await this.queries.whenReady(signal);
    } finally {
      this.unsent -= 1;
    }
  }

  /** Registers a caller until the answer, a failure, or the caller's abort, whichever comes first. */
  private await(
    callers: WaitingCallers,
    token: string,
    signal: AbortSignal,
    asked: string,
    resolve: (answer: Envelope) => void,
    reject: (error: unknown) => void,
    giveUp: () => void,
  ): void {
    const aborted = (): void => {
      this.parts.metrics.unanswered += 1;
      giveUp();
    };
    const caller: Caller = {
      asked,
      answered: (answer) => {
        signal.removeEventListener('abort', aborted);
        resolve(answer);
      },
      failed: (error) => {
        signal.removeEventListener('abort', aborted);
        reject(error);
      },
    };
    signal.addEventListener('abort', aborted);
    callers.add(token, caller);
  }

  private async setUpQueries(channel: Channel): Promise<void> {
    channel.on('return', ({ properties, fields }) => {
      this.parts.metrics.returned += 1;
      this.queryCallers.fail(
        properties.correlationId,
        new NotDeliveredError(`nobody is there at ${fields.routingKey}`),
      );
    });
    await takeAnswers(channel, this.queryCallers);
  }

  private requireRoom(callers: WaitingCallers, unsent = 0): void {
    const waiting = callers.size + unsent;
    if (waiting >= this.parts.bounds.waiting)
      throw new OverloadedError(`${waiting} requests wait for an answer, the bound is ${this.parts.bounds.waiting}`);
  }
}

async function takeAnswers(channel: Channel, callers: WaitingCallers): Promise<void> {
  // Direct reply-to is without acknowledgements by its nature; a lost answer is asked for again with the same id.
  await channel.consume(
    REPLY_TO,
    (message) => {
      if (message !== null) callers.answer(message.properties.correlationId, message.content, message.properties.type);
    },
    { noAck: true },
  );
}

/**
 * Milliseconds for which the broker keeps it. A deadline that is over is refused by the receiver, who tells the caller.
 */
function timeToLive({ deadline }: Envelope, most: number): number | undefined {
  return deadline === undefined ? undefined : Math.min(most, Math.max(1, Math.ceil(deadline - steadyNow())));
}

const noAnswer = (asked: string): Error => new OutcomeUnknownError(`no answer to ${asked} in time`);
const answerLost = (asked: string): Error =>
  new OutcomeUnknownError(`the connection was lost before the answer to ${asked} came`);
