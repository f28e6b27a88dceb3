import { UnauthenticatedError } from '@isolith/contracts';
import { requireScope } from '@isolith/message-bus';

/** The id of the user that sends the message being handled. */
export function sendingUser(): string {
  const { user } = requireScope().principal;
  if (user === undefined) throw new UnauthenticatedError('this message needs a signed-in user');
  return user;
}
