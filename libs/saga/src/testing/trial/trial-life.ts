import { contractOf } from '@isolith/contracts';
import { dispatchOptionsOf } from '@isolith/message-bus';
import type { Command } from '@nestjs/cqrs';
import type { Execute } from '../../definition/step.js';
import type { SagaRow, Transition } from '../../instance/progress.js';
import type { TrialParts } from './host.js';
import type { TrialWorld } from './trial-world.js';

/** What a dead process does with whoever waits for it. */
const never = <T>(): Promise<T> => new Promise<T>(() => undefined);

/** What is in the trace of a save. */
interface KeptRow {
  readonly row: SagaRow;
  readonly pauseMs: number;
  readonly given: unknown;
}

const keptOf = (row: SagaRow, { next, pauseMs }: Transition): KeptRow => ({ row, pauseMs, given: next.state });

/** One life of a host: what it is given ends with it, whatever its engine goes on to do. */
export class TrialLife {
  readonly #crashed = Promise.withResolvers<void>();
  readonly #stoodStill = Promise.withResolvers<void>();
  readonly #released = Promise.withResolvers<void>();
  readonly #death = new AbortController();
  /** As this host knows it. */
  #row: SagaRow | undefined;
  #standsStillNext = false;
  /** It is dead, or stands still. */
  #isStopped = false;

  constructor(
    private readonly world: TrialWorld,
    readonly host: number,
  ) {}

  /** Resolves with why this host does nothing more by itself. */
  get stopped(): Promise<'crashed' | 'stood still'> {
    return Promise.race([
      this.#crashed.promise.then(() => 'crashed' as const),
      this.#stoodStill.promise.then(() => 'stood still' as const),
    ]);
  }

  get crashed(): Promise<void> {
    return this.#crashed.promise;
  }

  /** One that stood still goes on, as if nothing had happened. */
  release(): void {
    this.#released.resolve();
  }

  /** It stands still before it sends or saves anything more. */
  standStillNext(): void {
    this.#standsStillNext = true;
  }

  /** The process ends, whatever it has under way. */
  die(): void {
    this.#isStopped = true;
    this.#death.abort();
    this.world.trace.push({ what: 'crashed', host: this.host });
    this.#crashed.resolve();
  }

  parts(): TrialParts {
    const { world } = this;
    const { context, attempts, saved } = world;
    return {
      context,
      attempts,
      saved,
      now: () => world.now,
      saga: world.observedBy(this.host, () => (this.#row?.wait?.reminders ?? 0) + 1),
      execute: this.#execute,
      log: {
        warn: (entry) => this.#say(entry, 'own error'),
        error: (entry) => this.#say(entry, 'host error'),
      },
      beginning: (commit) => this.#writing(undefined, commit, (row) => ({ row, pauseMs: 0, given: undefined })),
      saving: (transition, commit) => this.#writing(transition, commit, (row) => keptOf(row, transition)),
      savingUnlessHeard: (transition, commit) =>
        this.#writing(transition, commit, ({ saved: row, made }) => keptOf(row, made)),
      crashed: this.#death.signal,
      taking: () => {
        this.#row = world.row;
        world.trace.push({ what: 'taken', host: this.host });
      },
    };
  }

  #say(entry: object, what: 'own error' | 'host error'): void {
    if ('err' in entry) this.world.trace.push({ what, host: this.host, error: entry.err });
  }

  async #die<T>(): Promise<T> {
    this.die();
    return never<T>();
  }

  async #standStill(): Promise<void> {
    this.world.trace.push({ what: 'stood still', host: this.host });
    this.#isStopped = true;
    this.#stoodStill.resolve();
    await this.#released.promise;
    this.#isStopped = false;
  }

  async #standStillIfSaid(): Promise<void> {
    if (!this.#standsStillNext) return;
    this.#standsStillNext = false;
    await this.#standStill();
  }

  readonly #execute: Execute = async <R>(command: Command<R>): Promise<R> => {
    if (this.#death.signal.aborted) return never<R>();
    await this.#standStillIfSaid();
    const { world, host } = this;
    const contract = contractOf(command);
    if (contract?.kind !== 'command')
      throw new TypeError(`${command.constructor.name} is not a command with a contract`);
    // What a bus refuses to send this does not send either.
    const input = JSON.stringify(contract.copyInput(command));
    const { id = 'none', revokes, newId = false } = dispatchOptionsOf(command);
    const purpose = world.purposeOf(command);
    const { at, fault } = world.atSend(purpose, contract);
    if (world.isRunaway) return this.#die<R>();
    if (fault?.kind === 'stands still') await this.#standStill();
    const sent = { purpose, id, isNew: newId, revokes, name: contract.name, input };
    world.trace.push({ what: 'sent', host, ...sent });
    const end = await world.deliveries.deliver({ command, contract, id, revokes }, fault).then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
    world.passDeadline(at);
    if (fault?.kind === 'person' && !this.#isStopped) await world.person(fault.act);
    // Side by side with another, whose host died of it.
    if (this.#death.signal.aborted) return never<R>();
    if (fault?.kind === 'crash' || fault?.kind === 'crash, arrives late') return this.#die<R>();
    world.answered(host, sent, end);
    if ('error' in end) throw end.error;
    // What the contract of the command declares.
    return end.value as R;
  };

  /** Without a transition it is the begin. */
  async #writing<T>(
    transition: Transition | undefined,
    commit: () => Promise<T | undefined>,
    keptAs: (written: T) => KeptRow,
  ): Promise<T | undefined> {
    const isBegin = transition === undefined;
    if (this.#death.signal.aborted) return never();
    await this.#standStillIfSaid();
    const { world, host } = this;
    const { at, fault } = world.atSave(transition?.waitEnd === undefined ? null : transition.next.step);
    if (world.isRunaway) return this.#die();
    if (!isBegin) world.passDeadline(at);
    if (fault?.kind === 'crash before') return this.#die();
    if (fault?.kind === 'save fails') return this.#failToSave();
    const written = await commit();
    const kept = written && keptAs(written);
    if (kept !== undefined) {
      this.#row = kept.row;
      world.trace.push({ what: 'saved', host, ...kept });
    } else if (!isBegin) world.trace.push({ what: 'save refused', host });
    if (isBegin) world.passDeadline(at);
    if (kept !== undefined) world.isSaved(kept.row);
    if (fault?.kind === 'crash after') return this.#die();
    if (fault?.kind === 'save unknown') return this.#failToSave();
    return written;
  }

  #failToSave(): never {
    this.world.trace.push({ what: 'save failed', host: this.host });
    throw new Error('the database does not answer, in this history');
  }
}
