import { UnknownMessageError } from '@isolith/contracts';

/**
 * What a host lacks that another replica of the same context may have: the sender's key, the message, its version, the
 * sender's time. `newer`: it can't read what a newer release has stored, and waits with that; a message for which it
 * would have to is handed back where there is somebody to hand it to.
 */
export type Lack = 'key' | 'message' | 'version' | 'time' | 'newer';

/**
 * This host can't serve a message, which says nothing about the message: another replica of the context may be able to,
 * or this one later. A listener rejects with it, and the medium hands the message to another; nobody has run it, and
 * nothing is counted.
 */
export class HandedBackError extends Error {
  override readonly name = 'HandedBackError';

  /** @param why a clause that anybody may read: names of messages, versions and keys, never data */
  constructor(
    readonly context: string,
    readonly lack: Lack,
    why: string,
  ) {
    super(why);
  }
}

/** Where there is nobody to hand it to, within one host, it is a message that nobody knows. */
export const asUnknown = (error: unknown): unknown =>
  error instanceof HandedBackError ? new UnknownMessageError(error.message) : error;
