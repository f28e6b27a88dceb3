/** What the broker said when it closed a channel. */
export interface Objection extends Error {
  readonly code: number;
}

const PRECONDITION_FAILED = 406;
const ACCESS_REFUSED = 403;
const NOT_FOUND = 404;
const RESOURCE_LOCKED = 405;

const isObjection = (error: unknown, code: number): error is Objection =>
  error instanceof Error && 'code' in error && error.code === code;

/** Something is there already, in another form than it was declared in now. */
export const isPreconditionFailed = (error: unknown): error is Objection => isObjection(error, PRECONDITION_FAILED);

/** There is no such queue or exchange. */
export const isNotFound = (error: unknown): error is Objection => isObjection(error, NOT_FOUND);

/** Another connection has it for itself. */
export const isLocked = (error: unknown): error is Objection => isObjection(error, RESOURCE_LOCKED);

/**
 * Who may not use what, in the broker's words: `access to queue 'q' in vhost '/' refused for user 'u'`; undefined for
 * any other error.
 */
export function refusedAccess(error: unknown): string | undefined {
  if (!isObjection(error, ACCESS_REFUSED)) return undefined;
  return /ACCESS_REFUSED - ([^"]+)/.exec(error.message)?.[1] ?? error.message;
}
