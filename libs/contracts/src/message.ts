import { Command, Query } from '@nestjs/cqrs';
import { z } from 'zod';
import { service, type Access } from './access.js';
import { compileCopy, type Copy } from './copy.js';
import { compileCopyOfValid } from './copy-of-valid.js';
import { ContractDeclarationError, requireDeclarable, requireFreeNames } from './declaration.js';
import type { AnyFailureClass } from './failure.js';
import type { MessageName } from './names.js';
import { parseName } from './names.js';

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
  /** Sender's side: strict. */
  readonly copyInput: Copy<Fields>;
  /** Reader's side: unknown fields are dropped. */
  readonly readInput: Copy<Fields>;
  /** Another copy of what one of the two made, for `restore`: nothing is checked. */
  readonly copyValid: (fields: Fields) => Fields;
  readonly copyOutput: Copy<unknown>;
  readonly readOutput: Copy<unknown>;
}

export interface EventContract {
  readonly kind: 'event';
  readonly name: MessageName;
  readonly context: string;
  readonly version: number;
  readonly input: z.ZodObject;
  /** The field whose value orders events: those with one key reach a subscription in the order they were recorded. */
  readonly key: string;
  readonly copyInput: Copy<Fields>;
  readonly readInput: Copy<Fields>;
}

export interface RequestSpec<I extends z.ZodObject, O extends z.ZodType | undefined> {
  readonly input: I;
  readonly output?: O;
  readonly failures?: readonly AnyFailureClass[];
  /** Alternatives; only other contexts (`service()`) when omitted. */
  readonly access?: readonly Access[];
  readonly version?: number;
}

export interface EventSpec<I extends z.ZodObject> {
  readonly input: I;
  readonly key: keyof z.output<I> & string;
  readonly version?: number;
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

export type AnyCommandClass = MessageClass<RequestContract<'command'>>;
export type AnyQueryClass = MessageClass<RequestContract<'query'>>;
export type AnyEventClass = MessageClass<EventContract>;

export interface CommandClass<
  N extends MessageName,
  I extends z.ZodObject,
  O extends z.ZodType | undefined,
> extends MessageStatics<RequestContract<'command'>> {
  new (input: z.input<I>): Command<OutputOf<O>> & Readonly<z.output<I>> & { readonly type: N };
}

export interface QueryClass<
  N extends MessageName,
  I extends z.ZodObject,
  O extends z.ZodType | undefined,
> extends MessageStatics<RequestContract<'query'>> {
  new (input: z.input<I>): Query<OutputOf<O>> & Readonly<z.output<I>> & { readonly type: N };
}

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

/** Declares an event: a fact that the owning context has recorded. */
export function event<const N extends MessageName, I extends z.ZodObject>(
  name: N,
  spec: EventSpec<I>,
): EventClass<N, I> {
  requireDeclarable(name, spec.input, { mayBePersonal: false });
  requireFreeNames(name, spec.input);
  if (!Object.hasOwn(spec.input.shape, spec.key))
    throw new ContractDeclarationError(`${name}: key "${spec.key}" is not one of its fields`);
  const contract: EventContract = {
    kind: 'event',
    name,
    context: parseName(name).context,
    version: versionOf(name, spec.version),
    input: spec.input,
    key: spec.key,
    copyInput: compileCopy(name, spec.input, 'strict'),
    readInput: compileCopy(name, spec.input, 'lenient'),
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
