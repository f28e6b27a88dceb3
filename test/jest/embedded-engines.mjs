import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PGlite } from '@electric-sql/pglite';
import { emptied } from './emptied-engine.mjs';

/** @typedef {import('@electric-sql/pglite').PGliteOptions} Options */

/**
 * A running engine in memory. `hear` is what its present holder wants to be told.
 * @typedef {{ readonly pglite: PGlite, readonly kind: string, readonly hearer: { hear: (line: string) => unknown } }}
 *   Engine
 */

/** Most files have one open; each takes more than a hundred megabytes. */
const MOST_SPARE = 2;
/** An engine's memory only ever grows. */
const MOST_BYTES = 384 * 1024 * 1024;
const CACHE = fileURLToPath(new URL('../../node_modules/.cache/isolith', import.meta.url));
const version = createRequire(import.meta.url)('../../package.json').devDependencies['@electric-sql/pglite'];

const create = PGlite.create.bind(PGlite);
/** @type {Engine[]} */
const spare = [];
/** All of this worker that have not ended. An idle one may hold a timer for its statistics. @type {Set<Engine>} */
const running = new Set();
/** The files of a fresh engine, by kind: starting on them takes a tenth of making them. @type {Map<string, Blob>} */
const images = new Map();

/**
 * @param {Options} options @returns {string | undefined} engines of one kind are alike; anything but one in memory is
 * not shared
 */
const kindOf = ({ dataDir, startParams, initDbStartParams: _, loadDataDir: __, onStderr: ___, ...others }) =>
  dataDir === 'memory://' && Object.keys(others).length === 0
    ? createHash('sha256')
        .update(JSON.stringify([version, startParams]))
        .digest('hex')
    : undefined;

/** @param {string} kind */
const imageFile = (kind) => join(CACHE, `engine-${kind}.tar`);

/** @param {string} kind what an earlier run left in the cache */
const readImage = async (kind) => {
  try {
    images.set(kind, new Blob([await readFile(imageFile(kind))]));
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ENOENT') throw error;
  }
};

/** Whoever else looks finds all of it or nothing. @param {string} kind @param {Blob} image */
const keepImage = async (kind, image) => {
  images.set(kind, image);
  await mkdir(CACHE, { recursive: true });
  const draft = `${imageFile(kind)}.${process.pid}`;
  await writeFile(draft, Buffer.from(await image.arrayBuffer()));
  await rename(draft, imageFile(kind));
};

/** @param {string} kind @param {Options} options @returns {Promise<Engine>} */
const start = async (kind, options) => {
  if (!images.has(kind)) await readImage(kind);
  const loadDataDir = images.get(kind);
  const hearer = { hear: (/** @type {string} */ line) => options.onStderr?.(line) };
  const pglite = await create({
    ...options,
    onStderr: (line) => hearer.hear(line),
    ...(loadDataDir === undefined ? {} : { loadDataDir }),
  });
  if (loadDataDir === undefined) {
    await pglite.exec('CHECKPOINT');
    await keepImage(kind, await pglite.dumpDataDir('none'));
  }
  const engine = { pglite, kind, hearer };
  running.add(engine);
  return engine;
};

/** @param {Engine} engine */
const end = async (engine) => {
  running.delete(engine);
  await engine.pglite.close();
};

/** @param {Engine} engine */
const giveBack = async (engine) => {
  const isKept =
    spare.length < MOST_SPARE && engine.pglite.Module.HEAPU8.length < MOST_BYTES && (await emptied(engine.pglite));
  if (isKept) spare.push(engine);
  else await end(engine);
};

/**
 * What one holder sees of an engine: from its `close` on nothing answers, while the engine goes to the next one, empty.
 * @param {Engine} engine @returns {PGlite}
 */
const lend = (engine) => {
  let closed = false;
  /** Nothing was asked of it yet that could change what its files hold. */
  let fresh = true;
  return new Proxy(engine.pglite, {
    get: (pglite, key) => {
      const value = Reflect.get(pglite, key, pglite);
      if (key === 'closed') return closed;
      if (typeof value !== 'function') return value;
      return (/** @type {unknown[]} */ ...args) => {
        if (closed) throw new Error('PGlite is closed');
        if (key === 'dumpDataDir' && fresh) return Promise.resolve(images.get(engine.kind));
        if (key === 'exec' && args[0] === 'CHECKPOINT') return Reflect.apply(value, pglite, args);
        fresh = false;
        if (key !== 'close') return Reflect.apply(value, pglite, args);
        closed = true;
        engine.hearer.hear = () => false;
        return giveBack(engine);
      };
    },
  });
};

/** How many engines of this worker run, lent or not. */
export const runningEngines = () => running.size;

/** A worker ends by itself when nothing keeps it; it calls `teardown` of what Jest runs in it first. */
const endWithWorker = () => {
  const require = createRequire(import.meta.url);
  const path = Object.keys(require.cache).find((file) => /jest-runner[/\\]build[/\\]testWorker\.js$/.test(file));
  if (path === undefined) throw new Error('Jest runs its files elsewhere: its engines would keep the worker');
  Object.assign(require(path), { teardown: () => Promise.all([...running].map(end)) });
};

/**
 * From now on an engine in memory that is closed is emptied and lent to the next that asks for one of its kind:
 * starting one took half of what the unit tests needed beside their modules (decision 0016).
 */
export const shareEngines = () => {
  endWithWorker();
  PGlite.create = /** @type {typeof PGlite.create} */ (
    async (/** @type {Options} */ options) => {
      const kind = kindOf(options);
      if (kind === undefined) return create(options);
      const index = spare.findIndex((engine) => engine.kind === kind);
      const engine = spare.splice(index, index === -1 ? 0 : 1)[0] ?? (await start(kind, options));
      engine.hearer.hear = (line) => options.onStderr?.(line);
      return lend(engine);
    }
  );
};
