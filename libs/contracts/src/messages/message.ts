import { Command, Query } from '@nestjs/cqrs';
import { z } from 'zod';
import { service, type Access } from './access.js';
import { compileCopy, type Copy } from '../schema/copy.js';
import { compileCopyOfValid } from '../schema/copy-of-valid.js';
import { ContractDeclarationError, requireDeclarable, requireFreeNames } from './declaration.js';
import { NewerVersionError } from '../errors/errors.js';
import type { AnyFailureClass } from './failure.js';
import type { MessageName } from './names.js';
import { parseName } from './names.js';
import { chainProblems, upcast, type Upcaster } from './upcasters.js';

type Fields = Record<string, unknown>;
/** The value a schema yields; `void` where none was declared. */
export type OutputOf<O extends z.ZodType | undefined> = O extends z.ZodType ? z.output<O> : void;

/** What a command or query declares. All of it is data; the parsers are compiled from it. */
export interface RequestContract<K extends 'command' | 'query' = 'command' | 'query'> {
  readonly kind: K;
  readonly name: MessageName;
  readonly context: string;
  readonly version: number;
  readonly input: z.ZodObject;
  readonly output: z.ZodType | undefined;
  readonly failures: readonly AnyFailureClass[];
  readonly access: readonly Access[];
  /** Whether that was declared, or is what holds without a word: other contexts, never a user. */
  readonly declaresAccess: boolean;
  /** Sender's side: strict. */
  readonly copyInput: Copy<Fields>;
  /** Reader's side: unknown fields are dropped. */
  readonly readInput: Copy<Fields>;
  /** Another copy of what one of the two made, for `restore`: nothing is checked. */
  readonly copyValid: (fields: Fields) => Fields;
  readonly copyOutput: Copy<unknown>;
  readonly readOutput: Copy<unknown>;
}

/** What an event is, as data: its name, its version, its schema and its key. */
export interface EventContract {
  readonly kind: 'event';
  readonly name: MessageName;
  readonly context: string;
  readonly version: number;
  readonly input: z.ZodObject;
  /** The field whose value orders events: those with one key reach a subscription in the order they were recorded. */
  readonly key: string;
  /** From each former version to the next. */
  readonly upcasters: readonly Upcaster[];
  readonly copyInput: Copy<Fields>;
  /** Of data in this version. */
  readonly readInput: Copy<Fields>;
  /**
   * Of data in the version in which it was recorded, which its chain makes one of today. Throws ContractViolationError
   * when it does not fit then, what an upcaster throws, and NewerVersionError for a version to come.
   */
  readonly readStored: (data: unknown, version: number) => Fields;
}

/**
 * What `command()` and `query()` are told: the schemas of input and output (none: nothing is returned), the failures
 * that a caller can meet, and its version (1 when absent).
 */
export interface RequestSpec<I extends z.ZodObject, O extends z.ZodType | undefined> {
  readonly input: I;
  readonly output?: O;
  readonly failures?: readonly AnyFailureClass[];
  /**
   * Alternatives. When omitted only other contexts may send it (`service()`), and no host starts with it: who may send
   * a message is said where it is declared.
   */
  readonly access?: readonly Access[];
  readonly version?: number;
}

/** What `event()` is told: the schema of its data, the field that orders it, and its version (1 when absent). */
export interface EventSpec<I extends z.ZodObject> {
  readonly input: I;
  readonly key: keyof z.output<I> & string;
  readonly version?: number;
  /**
   * One from each version before this one to the next: whoever meets what was recorded in a former version reads it
   * through them, be it from a journal, from a queue or from what is parked.
   */
  readonly upcasters?: readonly Upcaster[];
}

interface MessageStatics<C> {
  readonly contract: C;
  /** An instance of fields that are known to be valid and belong to nobody else; nothing is checked or copied. */
  restore(fields: Fields): object;
}

/** Any message class, whatever its fields. */
export interface MessageClass<C = RequestContract | EventContract> extends MessageStatics<C> {
  new (input: never): object;
}

/** A class made by `command()`, whatever it declares. */
export type AnyCommandClass = MessageClass<RequestContract<'command'>>;
/** A class made by `query()`, whatever it declares. */
export type AnyQueryClass = MessageClass<RequestContract<'query'>>;
/** A class made by `event()`, whatever it declares. */
export type AnyEventClass = MessageClass<EventContract>;

/**
 * What `command()` returns: a class to extend. Its input is typed here and checked when it is sent: what does not fit
 * is a ContractViolationError of `execute()`.
 */
export interface CommandClass<
  N extends MessageName,
  I extends z.ZodObject,
  O extends z.ZodType | undefined,
> extends MessageStatics<RequestContract<'command'>> {
  new (input: z.input<I>): Command<OutputOf<O>> & Readonly<z.output<I>> & { readonly type: N };
}

/**
 * What `query()` returns: a class to extend. Its input is typed here and checked when it is sent: what does not fit is
 * a ContractViolationError of `execute()`.
 */
export interface QueryClass<
  N extends MessageName,
  I extends z.ZodObject,
  O extends z.ZodType | undefined,
> extends MessageStatics<RequestContract<'query'>> {
  new (input: z.input<I>): Query<OutputOf<O>> & Readonly<z.output<I>> & { readonly type: N };
}

/**
 * What `event()` returns: a class to extend. Its input is typed here and checked when it is sent: what does not fit is
 * a ContractViolationError of `publish()`.
 */
export interface EventClass<N extends MessageName, I extends z.ZodObject> extends MessageStatics<EventContract> {
  new (input: z.input<I>): Readonly<z.output<I>> & { readonly type: N };
}

/** Declares a command: `class ReserveStock extends command('inventory.reserve-stock', { … }) {}`. */
export function command<
  const N extends MessageName,
  I extends z.ZodObject,
  O extends z.ZodType | undefined = undefined,
>(name: N, spec: RequestSpec<I, O>): CommandClass<N, I, O> {
  // The stored outcome of a command is its output, so that may hold no personal data.
  const contract = requestContract('command', name, spec, false);
  return messageClass(name, class extends Command<OutputOf<O>> {}, contract);
}

/** Declares a query. Queries change nothing; their answers are never stored. */
export function query<const N extends MessageName, I extends z.ZodObject, O extends z.ZodType | undefined = undefined>(
  name: N,
  spec: RequestSpec<I, O>,
): QueryClass<N, I, O> {
  const contract = requestContract('query', name, spec, true);
  return messageClass(name, class extends Query<OutputOf<O>> {}, contract);
}

/**
 * Declares an event: a fact that the owning context has recorded. Throws ContractDeclarationError, also for a chain of
 * upcasters that does not lead from version 1 to this one.
 */
export function event<const N extends MessageName, I extends z.ZodObject>(
  name: N,
  spec: EventSpec<I>,
): EventClass<N, I> {
  requireDeclarable(name, spec.input, { mayBePersonal: false });
  requireFreeNames(name, spec.input);
  if (!Object.hasOwn(spec.input.shape, spec.key))
    throw new ContractDeclarationError(`${name}: key "${spec.key}" is not one of its fields`);
  const { upcasters = [] } = spec;
  const version = versionOf(name, spec.version);
  const wrong = chainProblems(upcasters, version);
  if (wrong.length > 0) throw new ContractDeclarationError(`${name}: ${wrong.join('; ')}`);
  const readInput = compileCopy(name, spec.input, 'lenient');
  const contract: EventContract = {
    kind: 'event',
    name,
    context: parseName(name).context,
    version,
    input: spec.input,
    key: spec.key,
    upcasters,
    copyInput: compileCopy(name, spec.input, 'strict'),
    readInput,
    readStored: (data, stored) => {
      if (stored > version) throw NewerVersionError.of(name, { stored, known: version });
      return readInput(upcast(upcasters, data, stored, version));
    },
  };
  return messageClass(name, class {}, contract);
}

function requestContract<K extends 'command' | 'query'>(
  kind: K,
  name: MessageName,
  spec: RequestSpec<z.ZodObject, z.ZodType | undefined>,
  outputMayBePersonal: boolean,
): RequestContract<K> {
  requireDeclarable(name, spec.input, { mayBePersonal: true });
  requireFreeNames(name, spec.input);
  const output = spec.output;
  if (output !== undefined) requireDeclarable(`${name} (output)`, output, { mayBePersonal: outputMayBePersonal });
  const nothing: Copy<undefined> = () => undefined;
  return {
    kind,
    name,
    context: parseName(name).context,
    version: versionOf(name, spec.version),
    input: spec.input,
    output,
    failures: spec.failures ?? [],
    access: spec.access ?? [service()],
    declaresAccess: spec.access !== undefined,
    copyInput: compileCopy(name, spec.input, 'strict'),
    readInput: compileCopy(name, spec.input, 'lenient'),
    copyValid: compileCopyOfValid(spec.input),
    copyOutput: output === undefined ? nothing : compileCopy(`${name} (output)`, output, 'strict'),
    readOutput: output === undefined ? nothing : compileCopy(`${name} (output)`, output, 'lenient'),
  };
}

function versionOf(name: string, version = 1): number {
  if (!Number.isInteger(version) || version < 1)
    throw new ContractDeclarationError(`${name}: version must be a positive integer`);
  return version;
}

/**
 * The class behind a declaration: fields are own properties, `type` sits on the prototype (it discriminates a union of
 * messages and never shows in the data), the contract is static.
 */
function messageClass<C>(name: string, Base: new () => object, contract: unknown): C {
  class Message extends Base {
    static readonly contract = contract;

    static restore(fields: Fields): object {
      return new this(fields);
    }

    constructor(input: object) {
      super();
      Object.assign(this, input);
    }
  }
  Object.defineProperty(Message.prototype, 'type', { value: name });
  // The declared type is computed from the schema and can't be derived from a class built at run time.
  return Message as unknown as C;
}
