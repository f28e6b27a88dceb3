import type { Envelope } from '@isolith/contracts';
import type { RabbitMqMetrics } from '../connection/metrics.js';
import { readAnswer } from './answers.js';

export interface Caller {
  /** What was asked, for messages. */
  readonly asked: string;
  answered(answer: Envelope): void;
  failed(error: unknown): void;
}

/**
 * Who waits for an answer on one channel, by correlation id. Answers come to the channel that asked and to no other.
 */
export class WaitingCallers {
  private readonly callers = new Map<string, Caller>();

  constructor(private readonly metrics: RabbitMqMetrics) {}

  get size(): number {
    return this.callers.size;
  }

  add(token: string, caller: Caller): void {
    this.callers.set(token, caller);
  }

  forget(token: string): void {
    this.callers.delete(token);
  }

  /** An answer has come. One that nobody waits for any more is counted. */
  answer(token: unknown, content: Buffer, kind: unknown): void {
    const caller = this.take(token);
    if (caller === undefined) {
      this.metrics.lateAnswers += 1;
      return;
    }
    this.metrics.answered += 1;
    try {
      caller.answered(readAnswer(content, kind, caller.asked));
    } catch (error) {
      caller.failed(error);
    }
  }

  fail(token: unknown, error: Error): void {
    this.take(token)?.failed(error);
  }

  failAll(error: (asked: string) => Error): void {
    const callers = [...this.callers.values()];
    this.callers.clear();
    this.metrics.unanswered += callers.length;
    for (const caller of callers) caller.failed(error(caller.asked));
  }

  private take(token: unknown): Caller | undefined {
    if (typeof token !== 'string') return undefined;
    const caller = this.callers.get(token);
    this.callers.delete(token);
    return caller;
  }
}
