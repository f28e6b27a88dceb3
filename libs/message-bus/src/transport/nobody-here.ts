import { NotDeliveredError } from '@isolith/contracts';

/**
 * Nobody in this process listens at the address. Unlike a host that can't be reached just now, that does not pass by
 * itself: lanes open once, at the start, and close for good when the host drains. It crosses as `not-delivered`.
 */
export class NobodyHereError extends NotDeliveredError {
  override get name(): string {
    return 'NotDeliveredError';
  }
}
