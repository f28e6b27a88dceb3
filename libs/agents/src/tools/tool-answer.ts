/** What became of a call that was made, as it is kept and as a model is told of it. */
export interface ToolAnswer {
  /** `failed`: it had no effect. `unknown`: it may have had its effect, and must not be repeated under another id. */
  readonly outcome: 'done' | 'failed' | 'unknown';
  /** Of one that failed: the same call with the same id may succeed later. */
  readonly retryable: boolean;
  /** JSON text of at most 64 KiB, with the mask where something is personal. */
  readonly content: string;
  /** The answer itself, masked; of one that is done, has an answer, and was not cut. */
  readonly output?: unknown;
  /** It holds text that somebody else wrote. */
  readonly untrusted: boolean;
}
