import type { RequestContract } from '@isolith/contracts';
import { RefusalsInMemory } from '../refusals-in-memory.js';
import { answerOf } from '../trial/answer-of.js';
import { Deliveries } from '../trial/deliveries.js';
import type { Fault, PlacedFault } from '../trial/fault.js';
import { reactionFaults, SAVE_FAULTS } from '../trial/faults-at.js';
import { SimulatedReceivers } from '../trial/receivers.js';
import type { Point } from '../trial/trial-world.js';
import type { EventSubject } from './event-history.js';
import type { CommandName, Happened, SentOf } from './happening.js';

type Always = Extract<Fault, { kind: 'always' }>;

/** Around the hosts that deal with one event: the contexts that they ask, what is counted, and what goes wrong. */
export class EventWorld {
  readonly trace: Happened[] = [];
  readonly points: Point[] = [];
  readonly refusals = new RefusalsInMemory();
  readonly receivers: SimulatedReceivers;
  readonly deliveries: Deliveries;
  readonly #names = new WeakMap<object, CommandName>();
  readonly #asked = new Map<string, number>();
  /** What is broken for good, by command. */
  readonly #always = new Map<CommandName, Always>();
  #records = 0;
  #ends = 0;

  constructor(
    readonly subject: EventSubject,
    private readonly faults: readonly PlacedFault[],
  ) {
    this.receivers = new SimulatedReceivers(({ id, command }) =>
      this.trace.push({ what: 'effect', command: this.nameOf(command), id }),
    );
    this.deliveries = new Deliveries(this.receivers);
    subject.receivers(this.receivers);
  }

  made(
    host: number,
    reaction: string,
    after: CommandName | undefined,
    commands: ReadonlyMap<object, CommandName>,
  ): void {
    for (const [command, name] of commands) this.#names.set(command, name);
    this.trace.push({ what: 'made', host, reaction, after, commands: [...commands.values()] });
  }

  nameOf(command: object): CommandName {
    const name = this.#names.get(command);
    if (name === undefined) throw new Error(`${command.constructor.name} was sent, and no reaction made it`);
    return name;
  }

  /** The next attempt to send this, and what befalls it. */
  atSend(command: CommandName, contract: RequestContract): Fault | undefined {
    const nth = (this.#asked.get(command) ?? 0) + 1;
    this.#asked.set(command, nth);
    const fault = this.#at(`send ${command} #${nth}`, reactionFaults(contract));
    if (fault?.kind === 'always') this.#always.set(command, fault);
    return fault ?? this.#always.get(command);
  }

  /** That a command was refused is to be counted. */
  atRecord(): Fault | undefined {
    return this.#at(`count #${(this.#records += 1)}`, SAVE_FAULTS);
  }

  /** It is handled; whether it comes again all the same, because nobody knows that. */
  comesAgain(): boolean {
    return this.#at(`handled #${(this.#ends += 1)}`, [{ kind: 'comes again' }]) !== undefined;
  }

  #at(at: string, faults: readonly Fault[]): Fault | undefined {
    this.points.push({ at, faults });
    return this.faults.find((placed) => placed.at === at)?.fault;
  }

  /** What was broken for good is mended. */
  mend(): void {
    this.#always.clear();
  }

  answered(host: number, sent: SentOf, end: { readonly value: unknown } | { readonly error: unknown }): void {
    const answer = 'error' in end ? answerOf(end.error) : ({ kind: 'done' } as const);
    this.trace.push({ what: 'answered', host, sent, answer });
  }
}
