/**
 * What a spec file could leave behind in the process that runs the next one. Values of the environment are kept for
 * putting them back and are never told.
 * @typedef {object} ProcessState
 * @property {Map<PropertyKey, PropertyDescriptor>} globals
 * @property {Map<string | symbol, Function[]>} listeners of `process`
 * @property {Map<string, string | undefined>} environment
 * @property {string} folder
 */

/** @returns {ProcessState['globals']} */
const globalsNow = () =>
  new Map(
    Reflect.ownKeys(globalThis).map((key) => [
      key,
      /** @type {PropertyDescriptor} */ (Reflect.getOwnPropertyDescriptor(globalThis, key)),
    ]),
  );

/** @returns {ProcessState['listeners']} */
const listenersNow = () =>
  new Map(process.eventNames().map((name) => [name, process.rawListeners(/** @type {string} */ (name))]));

/** @returns {ProcessState} */
const now = () => ({
  globals: globalsNow(),
  listeners: listenersNow(),
  environment: new Map(Object.entries(process.env)),
  folder: process.cwd(),
});

/** @type {ProcessState | undefined} */
let before;

/** From now on `putBack` returns to this state. */
export const rememberProcess = () => {
  before = now();
};

/**
 * Runs what loads a package: what that adds to the process belongs to the package and stays.
 * @template T @param {() => T} body @returns {T}
 */
export const loadIntoProcess = (body) => {
  if (before === undefined) return body();
  const earlier = now();
  try {
    return body();
  } finally {
    for (const [key, descriptor] of globalsNow()) if (!earlier.globals.has(key)) before.globals.set(key, descriptor);
    for (const [name, all] of listenersNow()) {
      const added = all.filter((listener) => !(earlier.listeners.get(name) ?? []).includes(listener));
      before.listeners.set(name, [...(before.listeners.get(name) ?? []), ...added]);
    }
  }
};

/** Jest's own, which it sets for each file anew. @param {PropertyKey} key */
const isOfJest = (key) =>
  typeof key === 'symbol' &&
  /^(JEST_|EVENT_HANDLERS$|RETRY_|TEST_TIMEOUT_|WAIT_BEFORE_|LOG_ERRORS_)/.test(key.description ?? '');

/**
 * What a package keeps once per process: under a symbol, or with two underscores, but for TypeORM. @param {PropertyKey}
 * key
 */
const isOfPackage = (key) => typeof key === 'symbol' || /^(__|typeorm)/.test(String(key));

/** @param {ProcessState} earlier @returns {string[]} */
const putBackGlobals = ({ globals }) => {
  const added = Reflect.ownKeys(globalThis).filter((key) => !globals.has(key));
  for (const key of added) if (isOfJest(key) || !isOfPackage(key)) Reflect.deleteProperty(globalThis, key);
  const changed = [...globals].filter(
    ([key, descriptor]) => !isOfPackage(key) && !isSame(Reflect.getOwnPropertyDescriptor(globalThis, key), descriptor),
  );
  for (const [key, descriptor] of changed) Reflect.defineProperty(globalThis, key, descriptor);
  return [...added.filter((key) => !isOfPackage(key)), ...changed.map(([key]) => key)].map(
    (key) => `the global ${String(key)}`,
  );
};

/**
 * An accessor that Node replaces by its value at the first use is the same global. @param {PropertyDescriptor |
 * undefined} a @param {PropertyDescriptor} b
 */
const isSame = (a, b) => a !== undefined && (!('value' in a && 'value' in b) || Object.is(a.value, b.value));

/** @param {ProcessState} earlier @returns {string[]} */
const putBackListeners = ({ listeners }) => {
  /** @type {string[]} */
  const left = [];
  for (const [name, all] of listenersNow()) {
    const known = listeners.get(name) ?? [];
    for (const listener of all) {
      if (known.includes(listener)) continue;
      process.removeListener(name, /** @type {() => void} */ (listener));
      left.push(`a listener of process '${String(name)}'`);
    }
  }
  return left;
};

/** @param {ProcessState} earlier @returns {string[]} */
const putBackEnvironment = ({ environment }) => {
  const names = new Set([...environment.keys(), ...Object.keys(process.env)]);
  return [...names].flatMap((name) => {
    const value = environment.get(name);
    if (process.env[name] === value) return [];
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
    return [`another environment variable ${name}`];
  });
};

/** @param {ProcessState} earlier @returns {string[]} */
const putBackFolder = ({ folder }) => {
  if (process.cwd() === folder) return [];
  process.chdir(folder);
  return ['another working directory'];
};

/** Makes the process what it was at `rememberProcess`. @returns {string[]} what was left behind, named for a human */
export const putBackProcess = () => {
  if (before === undefined) return [];
  const left = [putBackGlobals, putBackListeners, putBackEnvironment, putBackFolder].flatMap((part) => part(before));
  before = undefined;
  return left;
};
