import type { AnyCommandClass, AnyEventClass, EventContract, MessageClass, RequestContract } from '@isolith/contracts';
import type { Command } from '@nestjs/cqrs';

/** What a reaction knows of the event beside its data. */
export interface Cause {
  /** The same each time the event is handed over: what has to be the same in each repetition derives from it. */
  readonly eventId: string;
}

/** Why a command was refused for good: a failure of its contract that can't pass. */
export interface CommandRefusal {
  /** The failure's name, `bank.card-refused`, or the code of an error. */
  readonly failure: string;
  /** Its label, `card-refused`. */
  readonly type: string;
  readonly detail: string;
}

/** The class of an event whose instances are an `E`. */
interface EventOf<E extends object> extends MessageClass<EventContract> {
  new (input: never): E;
}

/** The class of a command whose instances are a `C`. */
interface CommandOf<C extends Command<unknown>> extends MessageClass<RequestContract<'command'>> {
  new (input: never): C;
}

type Commands<C> = C | readonly C[] | undefined;

/** The command that answers a refusal. */
interface RefusedSpec<E, D extends Command<unknown>> {
  readonly send: CommandOf<D>;
  /** A list for several, nothing for none. */
  readonly with: (event: E, refusal: CommandRefusal, cause: Cause) => Commands<NoInfer<D>>;
}

/** What `when()` is told: which command an event is answered with, and how it is made. */
export interface ReactionSpec<E, C extends Command<unknown>, D extends Command<unknown>> {
  /**
   * Lower-case-with-dashes, unique in its choreography; default: `<event>.<command>`. Part of the ids of its commands:
   * a new name is a new reaction, whose commands have their effect once more for events that come again.
   */
  readonly name?: string;
  /**
   * Said apart from how it is made, so that what is sent is known without an event: the host checks it, diagrams show
   * it.
   */
  readonly send: CommandOf<C>;
  /**
   * The command; a list for several, nothing for none. Pure: each repetition of the event yields the same, because all
   * repetitions share the commands' ids.
   */
  readonly with: (event: E, cause: Cause) => Commands<NoInfer<C>>;
  /**
   * What becomes of a command that is refused for good: another command, or nothing (`ignored`). Default: the event is
   * parked with the reason, and a replay asks anew.
   */
  readonly refused?: 'ignored' | RefusedSpec<E, D>;
}

/** One event and the command that answers it; the types of both are sealed inside. */
export interface Reaction {
  readonly name: string;
  readonly event: AnyEventClass;
  readonly send: AnyCommandClass;
  /** What a final refusal is answered with. */
  readonly refused: 'parked' | 'ignored' | AnyCommandClass;
  /** The commands of one event, in order. Throws a TypeError for another event. */
  commands(event: object, cause: Cause): readonly Command<unknown>[];
  /** The commands that answer a refusal, in order. Throws a TypeError for another event. */
  answers(event: object, refusal: CommandRefusal, cause: Cause): readonly Command<unknown>[];
}

/**
 * Declares a reaction: `when(StockLow, { send: AlertAdmins, with: ({ sku }) => new AlertAdmins({ sku }) })`. Data
 * alone: what has to be read is read by the handler of the command.
 */
export function when<E extends object, C extends Command<unknown>, D extends Command<unknown>>(
  event: EventOf<E>,
  { name, send, with: made, refused }: ReactionSpec<E, C, D>,
): Reaction {
  const answer = typeof refused === 'object' ? refused : undefined;
  return {
    name: name ?? `${lastPart(event.contract.name)}.${lastPart(send.contract.name)}`,
    event,
    send,
    refused: answer?.send ?? (refused === 'ignored' ? refused : 'parked'),
    commands: (happened, cause) => listOf(send, made(instanceOf(event, happened), cause)),
    answers: (happened, refusal, cause) =>
      answer === undefined ? [] : listOf(answer.send, answer.with(instanceOf(event, happened), refusal, cause)),
  };
}

const lastPart = (name: string): string => name.slice(name.indexOf('.') + 1);

function instanceOf<E extends object>(event: EventOf<E>, happened: object): E {
  if (isOf(event, happened)) return happened;
  throw new TypeError(`a reaction to ${event.contract.name} was given another event`);
}

const isOf = <E extends object>(event: EventOf<E>, happened: object): happened is E => happened instanceof event;

function listOf<C extends Command<unknown>>(send: CommandOf<C>, given: Commands<C>): readonly C[] {
  const commands = given === undefined ? [] : isList(given) ? given : [given];
  if (commands.every((command) => command instanceof send)) return commands;
  throw new TypeError(`a reaction that sends ${send.contract.name} made something else`);
}

const isList = <C extends object>(given: C | readonly C[]): given is readonly C[] => Array.isArray(given);
