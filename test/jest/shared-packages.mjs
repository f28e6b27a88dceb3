import { createRequire, isBuiltin } from 'node:module';
import { fileURLToPath } from 'node:url';
import { SyntheticModule } from 'node:vm';
import { loadIntoProcess } from './process-state.mjs';

/** @typedef {import('node:vm').Module} Module */

const require = createRequire(import.meta.url);

/**
 * What a worker loaded from node_modules and from Node, by URL: once, in its own realm, however many spec files ask for
 * it.
 * @type {Map<string, Module>}
 */
const loaded = new Map();

/** @param {string} url */
const isShared = (url) => isBuiltin(url) || (url.startsWith('file:') && url.includes('/node_modules/'));

/** @param {string} url @returns {unknown} */
const load = (url) =>
  isBuiltin(url) ? process.getBuiltinModule(url) : loadIntoProcess(() => require(fileURLToPath(url)));

/**
 * A module with the exports of `value`. Node hands out an ES module as its namespace; whatever else is there is a
 * CommonJS module, which is its own default.
 * @param {string} url @param {unknown} value @returns {Module}
 */
const moduleOf = (url, value) => {
  const names = Object(value) === value ? Object.keys(/** @type {object} */ (value)) : [];
  /** @type {Map<string, unknown>} */
  const exported = new Map(names.map((name) => [name, Reflect.get(/** @type {object} */ (value), name)]));
  if (Object.prototype.toString.call(value) !== '[object Module]') exported.set('default', value);
  const module = new SyntheticModule(
    [...exported.keys()],
    () => {
      for (const [name, of] of exported) module.setExport(name, of);
    },
    { identifier: url },
  );
  // It awaits nothing, so it is evaluated when this returns; an error is in its status, where Jest looks.
  module.evaluate().catch(() => undefined);
  return module;
};

/**
 * The modules of one spec file: its own ones and the repository's are loaded for it alone, all others once per worker.
 */
export class ModulesOfOneFile extends Map {
  /** @override @param {string} url @returns {Module | Promise<Module> | undefined} */
  get(url) {
    const own = super.get(url);
    if (own !== undefined || !isShared(url)) return own;
    const known = loaded.get(url) ?? moduleOf(url, load(url));
    loaded.set(url, known);
    return known;
  }

  /** @override @param {string} url */
  has(url) {
    return this.get(url) !== undefined;
  }
}
