import { currentUser, ownOnly } from '@isolith/message-bus';

/** Whose conversations the message is about: the sender's, whatever roles he has. Throws UnauthenticatedError. */
export const sender = (): string => ownOnly() ?? currentUser();
