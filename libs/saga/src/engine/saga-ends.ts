import type { SagaKey, SagaStatusName } from '../instance/progress.js';
import { SagaNotFound } from './saga-failures.js';

/** How a saga can end. One that needs attention has not: a person may still bring it to any of these. */
export type SagaEnd = Extract<SagaStatusName, 'completed' | 'compensated' | 'taken-over'>;

export const endOf = (status: SagaStatusName | undefined): SagaEnd | undefined =>
  status === 'completed' || status === 'compensated' || status === 'taken-over' ? status : undefined;

/** Between looks for an end that nobody here brings about, in milliseconds: the first one, doubled up to the last. */
const FIRST_LOOK_MS = 100;
const LAST_LOOK_MS = 2_000;

/**
 * Who waits in this process for sagas to end. An end that this host has saved is told at once. Another host may bring
 * it about as well, or a person: that is found by looking at the table, at once and then less and less often. A saga
 * that is here is first looked for after the longest pause, since its end is expected to be told.
 */
export class SagaEnds {
  private readonly waiting = new Map<string, Set<(end: SagaEnd) => void>>();

  constructor(private readonly look: (key: SagaKey) => Promise<SagaStatusName | undefined>) {}

  tell(key: SagaKey, end: SagaEnd): void {
    for (const resolve of this.waiting.get(text(key)) ?? []) resolve(end);
  }

  /** Rejects with the signal's reason when that aborts first, and with SagaNotFound when there is no such saga. */
  async wait(key: SagaKey, isHere: boolean, signal: AbortSignal): Promise<SagaEnd> {
    signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<SagaEnd>();
    let timer: NodeJS.Timeout | undefined;
    const lookAfter = (ms: number): void => {
      timer = setTimeout(() => look(Math.min(LAST_LOOK_MS, ms * 2)), ms);
    };
    const looked = async (nextMs: number): Promise<void> => {
      const status = await this.look(key);
      if (status === undefined) throw new SagaNotFound({ ...key });
      const end = endOf(status);
      if (end !== undefined) resolve(end);
      else if (this.waiting.get(text(key))?.has(resolve) === true) lookAfter(nextMs);
    };
    const look = (nextMs: number): void => void looked(nextMs).catch(reject);
    const aborted = (): void => reject(signal.reason);
    const others = this.waiting.get(text(key)) ?? new Set();
    this.waiting.set(text(key), others.add(resolve));
    signal.addEventListener('abort', aborted, { once: true });
    if (isHere) lookAfter(LAST_LOOK_MS);
    else look(FIRST_LOOK_MS);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', aborted);
      others.delete(resolve);
      if (others.size === 0) this.waiting.delete(text(key));
    }
  }
}

const text = ({ name, id }: SagaKey): string => `${name} ${id}`;
