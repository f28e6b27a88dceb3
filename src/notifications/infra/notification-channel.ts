import type { NotificationKind } from '../notifications.contract.js';

export interface OutgoingMessage {
  readonly userId: string;
  readonly kind: NotificationKind | 'password-reset';
  readonly text: string;
  /** Goes to the user behind the text, and nowhere else: whoever has it acts as the user. */
  readonly secret?: string;
  /** Given to a channel that asks for it. */
  readonly contact?: { readonly email: string; readonly name: string };
}

/** The medium could not take a message now, and may take it later: it is away, or full. */
export class ChannelUnavailableError extends Error {
  override readonly name = 'ChannelUnavailableError';
  readonly retryable = true;
}

/** Whether a channel that rejected with this may take the same message later. */
export const mayTakeItLater = (error: unknown): boolean =>
  error instanceof Error && 'retryable' in error && error.retryable === true;

/**
 * A way to reach a user. Implementers owe: `send` resolves when the medium has taken the message and rejects when it
 * has not: with an error that is `retryable` (as ChannelUnavailableError is, and what policies of resilience throw)
 * while that may pass, with any other where sending it again would end the same way; two sends with one key are one
 * message as far as the medium can tell; contact and secret are neither kept nor logged. Not their job: retries, and
 * remembering what was sent.
 */
export interface NotificationChannel {
  readonly name: string;
  /** Whether messages must come with the user's e-mail address and name. */
  readonly needsContact: boolean;
  send(message: OutgoingMessage, key: string): Promise<void>;
}

export const NOTIFICATION_CHANNEL = Symbol('NotificationChannel');
