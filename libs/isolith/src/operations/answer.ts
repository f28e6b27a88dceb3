import { parseName, type MessageClass, type RequestContract } from '@isolith/contracts';
import { requireScope, type RequestHandler } from '@isolith/message-bus';
import { Logger } from '@nestjs/common';

const log = new Logger('Operations');

/** Begins the names of the messages that every context answers for its operators; they are no part of what an application declares. */
const BUILT_IN = 'actuator-';

export const isBuiltIn = ({ name }: RequestContract): boolean => parseName(name).message.startsWith(BUILT_IN);

/** A handler of a built-in message: no class of the application, so it is given to the router as it is. */
export function answer<M extends object>(
  message: MessageClass<RequestContract> & (new (input: never) => M),
  by: string,
  handle: (message: M) => Promise<unknown>,
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
