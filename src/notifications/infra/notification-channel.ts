import type { NotificationKind } from '../notifications.contract.js';

export interface OutgoingMessage {
  readonly userId: string;
  readonly kind: NotificationKind;
  readonly text: string;
  /** Given to a channel that asks for it. */
  readonly contact?: { readonly email: string; readonly name: string };
}

/**
 * A way to reach a user. Implementers owe: `send` resolves when the medium has taken the message and rejects when it
 * has not; two sends with one key are one message as far as the medium can tell; the contact is neither kept nor
 * logged. Not their job: retries, and remembering what was sent.
 */
export interface NotificationChannel {
  readonly name: string;
  /** Whether messages must come with the user's e-mail address and name. */
  readonly needsContact: boolean;
  send(message: OutgoingMessage, key: string): Promise<void>;
}

export const NOTIFICATION_CHANNEL = Symbol('NotificationChannel');
