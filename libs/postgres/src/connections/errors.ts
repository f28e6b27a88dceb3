/**
 * The data folder belongs to another running process (or to another `Databases` of this one). Nothing in it was
 * touched.
 */
export class DataDirInUseError extends Error {
  override readonly name = 'DataDirInUseError';

  constructor(
    readonly dataDir: string,
    readonly holderPid?: number,
  ) {
    const holder = holderPid === undefined ? 'another process' : `process ${holderPid}`;
    super(`The data folder ${dataDir} is in use by ${holder}: stop that one first, or set DATA_DIR to another folder.`);
  }
}

/**
 * Code that holds a connection asked for a second one. With one connection it would wait for itself until the timeout,
 * with a pool it would do so as soon as enough others do the same; so it is refused at once, in both.
 */
export class NestedCheckoutError extends Error {
  override readonly name = 'NestedCheckoutError';

  constructor(
    readonly holding: string,
    readonly asking: string,
  ) {
    super(
      `Context '${holding}' holds a database connection and context '${asking}' asked for another one inside of it: ` +
        `use the manager of the open unit of work, or ask before it begins or after it ends.`,
    );
  }
}

/**
 * The database of a context can't be worked with as it is. Each reason names the variable, what was found, and what to
 * do.
 */
export class DatabaseRefusedError extends Error {
  override readonly name = 'DatabaseRefusedError';

  /** `of`: whether the reasons hold for every context of that database or for this one. */
  constructor(
    readonly reasons: readonly string[],
    readonly of: 'database' | 'context' = 'database',
  ) {
    super(reasons.join('\n'));
  }
}
