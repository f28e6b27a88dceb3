/**
 * Fields whose values never reach a log, wherever they stand within the first levels of what is logged; headers as they
 * are sent.
 */
const SENSITIVE: ReadonlySet<string> = new Set([
  'authorization',
  'cookie',
  'password',
  'paymentToken',
  'address',
  'email',
  'accessToken',
  'refreshToken',
  'secret',
  'set-cookie',
  'idempotency-key',
]);
const LEVELS = 4;

/** Stands in a log line for a value that must not be there. */
export const CENSORED = '[redacted]';
/** Stands for what throws when it is looked at. */
export const UNREADABLE = '[unreadable]';

/**
 * What may be logged of a value: itself, or a copy with sensitive fields replaced, down to so many levels of fields.
 * Most lines hold nothing sensitive and are only looked at. (pino's `redact` takes a path for each field and level;
 * with these it cost 100 us a line, measured.)
 */
export function censored<T>(value: T, levels?: number): T;
export function censored(value: unknown, levels = LEVELS): unknown {
  if (typeof value !== 'object' || value === null || levels === 0 || value instanceof Date || ArrayBuffer.isView(value))
    return value;
  // Only what it says of itself would be written.
  if ('toJSON' in value && typeof value.toJSON === 'function') {
    const said: unknown = value.toJSON();
    const shown = censored(said, levels);
    return shown === said ? value : shown;
  }
  let copy: Record<string, unknown> | undefined;
  for (const [name, field] of Object.entries(value)) {
    const shown = SENSITIVE.has(name) && field !== undefined ? CENSORED : censored<unknown>(field, levels - 1);
    if (shown !== field) (copy ??= { ...value })[name] = shown;
  }
  if (copy === undefined) return value;
  return Array.isArray(value) ? Object.values(copy) : copy;
}

/** For a whole line. Never throws: of a field that can't be looked at the line says that, and all others stay. */
export function censoredLine(line: Record<string, unknown>): Record<string, unknown> {
  try {
    return censored(line);
  } catch {
    return Object.fromEntries(fieldsOf(line));
  }
}

function fieldsOf(line: Record<string, unknown>): readonly (readonly [string, unknown])[] {
  return Object.keys(line).map((name) => {
    try {
      return [name, censored({ [name]: line[name] })[name]];
    } catch {
      return [name, UNREADABLE];
    }
  });
}
