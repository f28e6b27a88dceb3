/** Code did what the guarantees forbid. A defect of the application, never sent to a caller as such. */
export class CallInsideUnitError extends Error {
  override readonly name = 'CallInsideUnitError';

  constructor(context: string, called: string) {
    super(`${context} called ${called} inside its open unit of work; gather first, then open the unit`);
  }
}

/** Something that belongs into a unit of work was done outside of one. */
export class NoOpenUnitError extends Error {
  override readonly name = 'NoOpenUnitError';

  constructor(what: string) {
    super(`${what} needs an open unit of work; do it inside unit.run()`);
  }
}
