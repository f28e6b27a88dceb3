import { IsolithError } from '@isolith/contracts';

/** There is no parked message, or no parked sequence, of this name (any more). */
export class ParkedNotFoundError extends IsolithError {
  override readonly code = 'parked-not-found';
  override readonly status = 404;
}

/** Somebody replays this already. */
export class ReplayRunningError extends IsolithError {
  override readonly code = 'replay-running';
  override readonly status = 409;
}
