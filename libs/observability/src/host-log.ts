import { pino, stdSerializers, type Bindings, type DestinationStream, type Logger } from 'pino';
import { censored, censoredLine } from './redaction.js';

export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';

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
          err: (error: unknown) => censored<unknown>(error instanceof Error ? stdSerializers.err(error) : error),
        },
        ...(fields === undefined ? {} : { mixin: () => ({ ...fields() }) }),
      },
      destination ?? pino.destination({ fd: 1, sync: true }),
    ),
  );
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
