import { type MessageClass, type RequestContract } from '@isolith/contracts';
import { requireScope, type RequestHandler } from '@isolith/message-bus';
import { Logger } from '@nestjs/common';
import type { Command, Query } from '@nestjs/cqrs';

const log = new Logger('Operations');

type AnswerTo<M> = M extends Command<infer R> ? R : M extends Query<infer R> ? R : never;

/** The names of fields that an answer has, at any depth, and its contract has not. */
type Surplus<Given, Stated> = Given extends readonly (infer G)[]
  ? Stated extends readonly (infer S)[]
    ? Surplus<G, S>
    : never
  : Given extends object
    ? Stated extends object
      ?
          | Exclude<keyof Given, keyof Stated>
          | { [K in keyof Given & keyof Stated]: Surplus<Given[K], Stated[K]> }[keyof Given & keyof Stated]
      : never
    : never;

/**
 * What an answer must be besides: nothing, or what none is, if it would be refused on its way out for what it has too
 * much.
 */
type Lawful<Given, Stated> = [Surplus<Given, Stated>] extends [never]
  ? unknown
  : { readonly surplus: Surplus<Given, Stated> };

/** A handler of a built-in message: no class of the application, so it is given to the router as it is. */
export function answer<M extends Command<unknown> | Query<unknown>, Given>(
  message: MessageClass<RequestContract> & (new (input: never) => M),
  by: string,
  handle: (message: M) => Promise<Given & Lawful<Given, AnswerTo<M>>>,
): RequestHandler {
  const isOurs = (received: object): received is M => received instanceof message;
  return {
    message,
    by,
    invoke: (received) => {
      if (!isOurs(received)) throw new TypeError(`${by} was given something else than ${message.contract.name}`);
      const { kind, name } = message.contract;
      if (kind === 'command') log.log({ message: `${operator()} asked for ${name}`, operator: operator() });
      return handle(received);
    },
  };
}

/** Who operates: what they do is kept under this name. */
export function operator(): string {
  const { principal } = requireScope();
  return principal.user ?? principal.service;
}
