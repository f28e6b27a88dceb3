import { ConcurrencyError, type Envelope, steadyNow } from '@isolith/contracts';
import { currentScope, runInScope } from '@isolith/message-bus';
import { HandledAlready } from '../context/thrown-of-unit.js';
import type { MessageHandling } from '../context/message-handling.js';

/** Attempts that two writers who meet on the same rows get, the first included. */
const ATTEMPTS = 10;
const LONGEST_PAUSE_MS = 200;

/** How one attempt ended: with the handler's value, what it threw, or because somebody else had handled the message. */
export type Attempt =
  | { readonly ended: 'value'; readonly value: unknown; readonly handling: MessageHandling }
  | { readonly ended: 'thrown'; readonly thrown: unknown; readonly handling: MessageHandling }
  | { readonly ended: 'handled elsewhere' };

/**
 * Runs a handler, and runs it again while it meets other writers (ConcurrencyError): the whole handler, so that it
 * decides from fresh state, with the same message, after a short random pause.
 */
export async function attempt(
  start: () => MessageHandling,
  handle: () => Promise<unknown>,
  isHandled: () => Promise<boolean>,
): Promise<Attempt> {
  for (let nth = 1; ; nth += 1) {
    const handling = start();
    try {
      return { ended: 'value', value: await handedOver(handling, handle), handling };
    } catch (thrown) {
      // What was committed is the outcome, whatever the handler threw afterwards.
      if (handling.completed !== undefined) return { ended: 'thrown', thrown, handling };
      if (thrown instanceof HandledAlready) return { ended: 'handled elsewhere' };
      const again = thrown instanceof ConcurrencyError && nth < ATTEMPTS && !isLate(handling.envelope);
      if (!again) return { ended: 'thrown', thrown, handling };
      await pause(nth);
      // Whom it met may have been its own twin in another process: then there is nothing left to decide.
      if (await isHandled()) return { ended: 'handled elsewhere' };
    }
  }
}

/** A unit of work finds the attempt that it ends in the scope. */
function handedOver(attempt: MessageHandling, handle: () => Promise<unknown>): Promise<unknown> {
  const scope = currentScope();
  return scope === undefined ? handle() : runInScope({ ...scope, attempt }, handle);
}

const isLate = ({ deadline }: Envelope): boolean => deadline !== undefined && deadline <= steadyNow();

const pause = (nth: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, Math.random() * Math.min(LONGEST_PAUSE_MS, 5 * 2 ** nth)));
