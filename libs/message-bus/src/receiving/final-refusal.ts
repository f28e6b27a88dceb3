/**
 * What a handler of an event throws when another attempt would end as this one did: the answer it got is final. The
 * inbox parks the event at once, with this code and message as the reason, and its key's later events wait behind it. A
 * context that keeps nothing can't park: there it is rejected and comes again, as after any other error.
 */
export class FinalRefusalError extends Error {
  override readonly name = 'FinalRefusalError';

  /** @param code what refused it: the name of a failure or the code of an error */
  constructor(
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
