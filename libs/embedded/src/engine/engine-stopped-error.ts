/**
 * The embedded engine stopped itself rather than go on with what it can no longer vouch for. A new start of the process
 * recovers.
 */
export class EngineStoppedError extends Error {
  override readonly name = 'EngineStoppedError';

  /** `said` is what the engine wrote last. */
  constructor(where: string, said: string) {
    super(`The embedded database in ${where} has stopped and needs a restart of this process: ${said}`);
  }
}
