import { contractOf } from '@isolith/contracts';
import { dispatchOptionsOf } from '@isolith/message-bus';
import type { Command } from '@nestjs/cqrs';
import type { Refusals, RefusedCommand } from '../../choreography/refusals.js';
import type { Execute } from '../../definition/step.js';
import type { EventWorld } from './event-world.js';
import { observedChoreography } from './observed-reactions.js';

/** What a dead process does with whoever waits for it. */
const never = <T>(): Promise<T> => new Promise<T>(() => undefined);

/** One host that deals with the event, once. */
export class EventLife {
  readonly #crashed = Promise.withResolvers<'crashed'>();
  readonly #stoodStill = Promise.withResolvers<'stood still'>();
  readonly #released = Promise.withResolvers<void>();
  #isDead = false;
  /** The command that was answered last. */
  #latest = '';

  constructor(
    private readonly world: EventWorld,
    readonly host: number,
  ) {}

  /** Why it does nothing more by itself. */
  get stopped(): Promise<'crashed' | 'stood still'> {
    return Promise.race([this.#crashed.promise, this.#stoodStill.promise]);
  }

  get crashed(): Promise<'crashed'> {
    return this.#crashed.promise;
  }

  /** One that stood still goes on, as if nothing had happened. */
  release(): void {
    this.#released.resolve();
  }

  react(): Promise<void> {
    const { choreography, event, eventId, react } = this.world.subject;
    const observed = observedChoreography(choreography, {
      made: (reaction, after, commands) => this.world.made(this.host, reaction, after, commands),
      refused: () => this.#latest,
    });
    return react(observed, { event, eventId }, { execute: this.#execute, refusals: this.#refusals });
  }

  #die<T>(): Promise<T> {
    this.#isDead = true;
    this.world.trace.push({ what: 'crashed', host: this.host });
    this.#crashed.resolve('crashed');
    return never<T>();
  }

  readonly #execute: Execute = async <R>(command: Command<R>): Promise<R> => {
    if (this.#isDead) return never<R>();
    const { world, host } = this;
    const contract = contractOf(command);
    if (contract?.kind !== 'command')
      throw new TypeError(`${command.constructor.name} is not a command with a contract`);
    // What a bus refuses to send this does not send either.
    const input = JSON.stringify(contract.copyInput(command));
    const { id = 'none', revokes } = dispatchOptionsOf(command);
    const sent = { command: world.nameOf(command), id, name: contract.name, input };
    const fault = world.atSend(sent.command, contract);
    if (fault?.kind === 'stands still') {
      world.trace.push({ what: 'stood still', host });
      this.#stoodStill.resolve('stood still');
      await this.#released.promise;
    }
    world.trace.push({ what: 'sent', host, ...sent });
    const end = await world.deliveries.deliver({ command, contract, id, revokes }, fault).then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
    if (this.#isDead) return never<R>();
    if (fault?.kind === 'crash' || fault?.kind === 'crash, arrives late') return this.#die<R>();
    this.#latest = sent.command;
    world.answered(host, sent, end);
    if ('error' in end) throw end.error;
    // What the contract of the command declares.
    return end.value as R;
  };

  readonly #refusals: Refusals = {
    count: (of: RefusedCommand) => (this.#isDead ? never() : this.world.refusals.count(of)),
    record: async (of: RefusedCommand, refusals: number) => {
      if (this.#isDead) return never();
      const fault = this.world.atRecord();
      if (fault?.kind === 'crash before') return this.#die();
      if (fault?.kind === 'save fails') throw new Error('the database does not answer, in this history');
      await this.world.refusals.record(of, refusals);
      if (fault?.kind === 'crash after') return this.#die();
      if (fault?.kind === 'save unknown') throw new Error('the database did not say what it did, in this history');
    },
  };
}
