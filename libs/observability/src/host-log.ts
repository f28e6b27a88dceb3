import { pino, type DestinationStream, type Logger } from 'pino';
import { CENSORED, redactedPaths } from './redaction.js';

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
  return pino(
    {
      level,
      base: { service_name: service },
      messageKey: 'message',
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: [...redactedPaths], censor: CENSORED },
      ...(fields === undefined ? {} : { mixin: () => ({ ...fields() }) }),
    },
    destination ?? pino.destination({ fd: 1, sync: true }),
  );
}
