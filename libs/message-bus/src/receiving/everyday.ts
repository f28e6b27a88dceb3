import { UnauthenticatedError, type Principal } from '@isolith/contracts';
import { requireScope } from './scope.js';

/**
 * Who sends the message being handled: the sending context, and the user it speaks for. Throws where no message is
 * being handled.
 */
export const currentPrincipal = (): Principal => requireScope().principal;

/** The id of the user that the message being handled is sent for. Throws UnauthenticatedError when it is nobody's. */
export function currentUser(): string {
  const { user } = currentPrincipal();
  if (user === undefined) throw new UnauthenticatedError('this message needs a signed-in user');
  return user;
}

/**
 * The id of the command being handled, the same each time that it is handled. What a command makes gets its id from it:
 * `derivedId(commandId(), 'order')`. Throws where no command is being handled.
 */
export const commandId = (): string => idOf('command');

/**
 * The id of the event being handled, the same each time that it is handed over. Throws where no event is being handled.
 */
export const eventId = (): string => idOf('event');

function idOf(kind: 'command' | 'event'): string {
  const { envelope } = requireScope();
  if (envelope?.kind !== kind) throw new Error(`no ${kind} is being handled here`);
  return envelope.id;
}
