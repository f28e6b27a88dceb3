import {
  HandlerError,
  IdempotencyConflictError,
  NotDeliveredError,
  OutcomeUnknownError,
  RevokedError,
  command,
  failure,
  type Envelope,
  type RequestContract,
} from '@isolith/contracts';
import { MessageRouter, type Inbox } from '@isolith/message-bus';
import type { Command } from '@nestjs/cqrs';
import { z } from 'zod';
import type { Execute } from '../definition/step.js';

export class Refused extends failure('work.refused', { status: 409, detail: 'no' }) {}
export class Risky extends failure('work.risky', { status: 503, detail: 'perhaps' }) {}
export class Passing extends failure('work.passing', { status: 503, detail: 'later', retryable: true }) {}

/** What befalls one delivery of a command; `pass-late`: it is answered that it may pass, and comes once more, late. */
export type Fault = 'none' | 'not-delivered' | 'lost' | 'late' | 'refuse' | 'risky' | 'pass' | 'pass-late' | 'error';

/**
 * An answer that did not come. It crosses the router as a final failure and turns into what it stands for behind it: so
 * one delivery is one attempt, however often a bus asks again by itself.
 */
const Silence = z.enum(['not-delivered', 'lost', 'late', 'pass', 'pass-late', 'error']);
class Silent extends failure('work.silent', { status: 504, data: z.object({ fault: Silence }), detail: 'no answer' }) {}

function thrownFor(fault: z.output<typeof Silence>): Error {
  switch (fault) {
    case 'not-delivered':
      return new NotDeliveredError('nobody there');
    case 'lost':
      return new OutcomeUnknownError('the answer was lost');
    case 'late':
      return new OutcomeUnknownError('no answer in time');
    case 'pass':
    case 'pass-late':
      return new Passing({});
    case 'error':
      return new HandlerError('broken');
  }
}

/** `release`: of its sender, which the next one writes into what it sends. */
const release = z.string().optional();
const input = z.object({ saga: z.string(), step: z.string(), release });
const failures = [Refused, Risky, Passing, Silent];
export class DoWork extends command('work.do', { input, output: z.object({ token: z.string() }), failures }) {}
export class UndoWork extends command('work.undo', { input, failures }) {}
export class TellFailed extends command('work.tell-failed', {
  input: z.object({ saga: z.string(), reason: z.string(), release }),
  failures,
}) {}

export interface Received {
  readonly id: string;
  /** `do a`, `undo a`, `tell-failed`. */
  readonly what: string;
  readonly revokes: string | undefined;
  readonly envelope: Envelope;
}

type Ended = { readonly value: unknown } | { readonly failure: Error };
/** `input`: of what was handled; absent in what was revoked before it came. */
type Stored = Ended & { readonly input?: string };

/**
 * A context that keeps the promises of an inbox in memory: one outcome per command id, another input under it is
 * refused unless the id alone says which command it is, a revoked command never runs. Faults befall deliveries as the
 * script says; the real router carries them.
 */
export class Workshop {
  readonly received: Received[] = [];
  /** Effects in the order in which they happened. */
  readonly effects: { readonly id: string; readonly what: string }[] = [];
  script: (received: Received) => Fault = () => 'none';
  /** Awaited by every delivery before anything else. */
  gate: (received: Received) => Promise<void> = async () => undefined;
  private readonly outcomes = new Map<string, Stored>();
  private readonly late: (() => Promise<unknown>)[] = [];
  private readonly router = new MessageRouter({
    placement: { here: ['work', 'orders'] },
    requestTimeoutMs: 20_000,
    onError: () => undefined,
  });

  async open(): Promise<this> {
    const answer = async (): Promise<unknown> => ({ token: `token ${this.effects.length}` });
    for (const message of [DoWork, UndoWork, TellFailed]) {
      this.router.handle({ message, by: 'workshop', invoke: message === DoWork ? answer : async () => undefined });
    }
    const inbox: Inbox = {
      command: (envelope, contract, handle) => this.handle(envelope, contract, handle),
      event: async () => undefined,
    };
    this.router.useInbox('work', inbox);
    await this.router.listenHere();
    return this;
  }

  readonly execute: Execute = async <R>(sent: Command<R>) => {
    try {
      // The router yields what the command's contract declares.
      return (await this.router.send(sent)) as R;
    } catch (error) {
      throw error instanceof Silent ? thrownFor(error.data.fault) : error;
    }
  };

  close(): Promise<void> {
    return this.router.close();
  }

  /** Commands that were handed over and never answered arrive now. */
  async deliverLate(): Promise<void> {
    for (const arrive of this.late.splice(0)) await arrive().catch(() => undefined);
  }

  done(prefix = ''): readonly string[] {
    return this.effects.map(({ what }) => what).filter((what) => what.startsWith(prefix));
  }

  private async handle(
    envelope: Envelope,
    contract: RequestContract,
    handle: () => Promise<unknown>,
  ): Promise<unknown> {
    const step = z.object({ step: z.string().optional() }).parse(envelope.data).step;
    const verb = contract.name.replace('work.', '');
    const received: Received = {
      id: envelope.id,
      what: step === undefined ? verb : `${verb} ${step}`,
      revokes: envelope.revokes,
      envelope,
    };
    this.received.push(received);
    await this.gate(received);
    const once = (refusal?: Error): Promise<unknown> => this.once(received, handle, refusal);
    const fault = this.script(received);
    switch (fault) {
      case 'none':
        return once();
      case 'refuse':
        return once(new Refused({}));
      case 'risky':
        return once(new Risky({}));
      case 'lost':
        await once().catch(() => undefined);
        break;
      case 'late':
      case 'pass-late':
        this.late.push(() => once());
        break;
      case 'not-delivered':
      case 'pass':
      case 'error':
        break;
    }
    throw new Silent({ fault });
  }

  private async once(
    { id, what, revokes, envelope }: Received,
    handle: () => Promise<unknown>,
    refusal?: Error,
  ): Promise<unknown> {
    const stored = this.outcomes.get(id);
    const input = JSON.stringify(envelope.data);
    if (stored !== undefined) {
      if (stored.input !== undefined && stored.input !== input && envelope.byid !== true)
        throw new IdempotencyConflictError('another input');
      if ('failure' in stored) throw stored.failure;
      return stored.value;
    }
    if (refusal !== undefined) {
      this.outcomes.set(id, { failure: refusal, input });
      throw refusal;
    }
    if (revokes !== undefined && !this.outcomes.has(revokes))
      this.outcomes.set(revokes, { failure: new RevokedError('revoked') });
    const value = await handle();
    this.effects.push({ id, what });
    this.outcomes.set(id, { value, input });
    return value;
  }
}
