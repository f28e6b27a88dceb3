/** A single value is for a glance; the whole of it is in the host's own log when it runs without this script. */
const LONGEST_VALUE = 300;
/** Shown in places of their own, or the same for every host. */
const NOT_FIELDS = new Set(['level', 'time', 'message', 'msg', 'service_name', 'stack']);

export type LogRecord = Record<string, unknown>;

/** Control characters could move the cursor or hide a line; what a log line quotes may come from anybody. */
const harmless = (text: string) =>
  text.replaceAll(
    // oxlint-disable-next-line no-control-regex
    /[\x00-\x08\x0a-\x1f\x7f-\x9f]/g,
    (found) => `\\x${found.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );

const short = (text: string) => (text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text);

const isRecord = (value: unknown): value is LogRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const shown = (value: unknown) => {
  if (typeof value === 'string') return short(/^[^\s"=]+$/.test(value) ? value : JSON.stringify(value));
  if (isRecord(value) && typeof value.message === 'string' && 'stack' in value) {
    return short(JSON.stringify(typeof value.type === 'string' ? `${value.type}: ${value.message}` : value.message));
  }
  return short(JSON.stringify(value) ?? String(value));
};

/** @returns the frames; the first line of a stack only repeats the message */
const frames = (stack: unknown): string[] =>
  typeof stack === 'string' ? stack.split('\n').filter((line) => /^\s+at /.test(line)) : [];

const recordIn = (line: string): LogRecord | undefined => {
  if (!line.startsWith('{')) return undefined;
  try {
    const parsed = JSON.parse(line);
    return isRecord(parsed) ? parsed : undefined;
  } catch {
    // Not JSON: it is shown as it is.
    return undefined;
  }
};

/** The host's ready line {contexts, host, port, pid}, if this is it. */
export const readyIn = (line: string): { host: string; port: number; pid: number } | undefined => {
  const { contexts, host, port, pid } = recordIn(line) ?? {};
  const ready =
    Array.isArray(contexts) && typeof host === 'string' && typeof port === 'number' && typeof pid === 'number';
  return ready ? { host, port, pid } : undefined;
};

/**
 * A line of a host as a person reads it: `14:52:18.002 info  message key=value`, an error's stack below it; a line that
 * is no log record stays.
 * @param line without its end
 */
export const renderLog = (line: string): string[] => {
  const record = recordIn(line);
  if (record === undefined || typeof record.level !== 'string') return [harmless(line)];
  const time = typeof record.time === 'string' ? record.time.slice(11, 23) : '';
  const message = record.message ?? record.msg;
  const fields = Object.entries(record)
    .filter(([key]) => !NOT_FIELDS.has(key))
    .map(([key, value]) => `${key}=${shown(value)}`);
  const first = [time, record.level.padEnd(5), typeof message === 'string' ? message : shown(message ?? ''), ...fields]
    .join(' ')
    .trim();
  const errors = Object.values(record)
    .filter(isRecord)
    .flatMap(({ stack }) => frames(stack));
  return [first, ...errors, ...frames(record.stack)].map(harmless);
};
