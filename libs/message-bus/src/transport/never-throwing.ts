import { tellable } from '@isolith/contracts';

/**
 * The same sink, which never throws: what it is told of has happened, whatever becomes of the telling. That it could
 * not be told is a warning of the process, which is all that is left.
 */
export const neverThrowing =
  <T extends readonly unknown[]>(sink: (message: string, ...rest: T) => void) =>
  (message: string, ...rest: T): void => {
    try {
      sink(message, ...rest);
    } catch (thrown) {
      process.emitWarning(`"${message}" could not be told: ${tellable(thrown).message}`, 'IsolithWarning');
    }
  };
