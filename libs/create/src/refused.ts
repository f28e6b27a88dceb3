/** No app is made, and nothing was written: the message is one sentence that says why and what to do. */
export class CreateRefusedError extends Error {
  override readonly name = 'CreateRefusedError';
}
