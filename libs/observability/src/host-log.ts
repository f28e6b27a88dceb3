import { pino, stdSerializers, type Bindings, type DestinationStream, type Logger } from 'pino';
import { censored, censoredLine, UNREADABLE } from './redaction.js';

/** From which severity on lines are written; `silent` writes none. */
export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';

/** What a host logs, and where. */
export interface HostLogOptions {
  readonly level: LogLevel;
  /** `service_name` of every line. */
  readonly service: string;
  /** Fields of the work that is being done when a line is written (`trace_id`, `context`); must not throw. */
  readonly fields?: () => Readonly<Record<string, unknown>>;
  /** Where lines go; standard output when absent. */
  readonly destination?: DestinationStream;
}

/**
 * The log of a host: one JSON object a line, with `level` as a word, `time` in RFC 3339, `service_name`, `message`,
 * and sensitive fields censored. Lines are written synchronously, so the last words of a process are not lost.
 */
export function hostLog({ level, service, fields, destination }: HostLogOptions): Logger {
  return censoringBindings(
    pino(
      {
        level,
        base: { service_name: service },
        messageKey: 'message',
        timestamp: () => `,"time":"${new Date().toISOString()}"`,
        formatters: { level: (label) => ({ level: label }), log: censoredLine },
        serializers: {
          err: shownError,
        },
        ...(fields === undefined ? {} : { mixin: () => ({ ...fields() }) }),
      },
      destination ?? pino.destination({ fd: 1, sync: true }),
    ),
  );
}

/**
 * The most characters of one text of an error (its message, its stack): a line is for a person, and for a collector
 * with a bound of its own.
 */
const LONGEST_TEXT = 16_384;

/**
 * An error as a line shows it. Never throws: of one that can't be looked at the line says so, and all else that it says
 * stays.
 */
function shownError(error: unknown): unknown {
  try {
    return censored<unknown>(error instanceof Error ? cut(stdSerializers.err(writable(error))) : error);
  } catch {
    return UNREADABLE;
  }
}

/** pino marks what it has seen on the error itself, which one that is frozen refuses. */
const writable = (error: Error): Error =>
  Object.isExtensible(error)
    ? error
    : Object.defineProperties(Object.create(Object.getPrototypeOf(error)), Object.getOwnPropertyDescriptors(error));

function cut<T extends object>(shown: T): T {
  for (const [name, text] of Object.entries(shown))
    if (typeof text === 'string' && text.length > LONGEST_TEXT)
      Reflect.set(shown, name, `${text.slice(0, LONGEST_TEXT)}… (${text.length} characters)`);
  return shown;
}

/** What a child is made with passes no formatter. Children have the log for prototype, so theirs are censored too. */
function censoringBindings(log: Logger): Logger {
  for (const method of ['child', 'setBindings'] as const) {
    const original: unknown = Reflect.get(log, method);
    if (typeof original !== 'function') throw new TypeError(`a log without ${method}()`);
    Reflect.set(log, method, function censoring(this: Logger, bindings: Bindings, ...rest: unknown[]): unknown {
      return Reflect.apply(original, this, [censoredLine(bindings), ...rest]);
    });
  }
  return log;
}
