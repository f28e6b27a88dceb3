/** Nothing was generated; the message says what was looked for, where, and what to do. */
export class Refused extends Error {
  override readonly name = 'Refused';
}
