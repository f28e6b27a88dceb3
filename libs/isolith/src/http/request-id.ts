/** What other programs make ids of: UUIDs, ULIDs, trace ids, Base64, names with a number. */
const ID = /^[\w.:/+=@~-]{1,128}$/;

/**
 * What a request is called in its answer and in its log line: as whoever sent it says (`X-Request-ID`), else by its
 * trace. What is no id of up to 128 such characters is not repeated to anybody.
 */
export const requestIdOf = (said: string | readonly string[] | undefined, traceId: string): string =>
  typeof said === 'string' && ID.test(said) ? said : traceId;
