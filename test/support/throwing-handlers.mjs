/**
 * A preload (`node --import`) that makes handlers of a built shop throw whatever can be thrown: reactions to events,
 * and the commands of the checkout. Each message meets one throw in a process at most, and is then handled as always.
 *
 *   THROWING_HANDLERS_FILE  holds how many more throws there are to be; what is written there while the process runs is
 *                           a new number
 *
 * Each throw is a line `{"threw":…,"in":…}` on standard output.
 */
import { readFileSync, watchFile } from 'node:fs';
import { registerHooks } from 'node:module';
// Node strips the types.
import { WHATEVER_IS_THROWN } from '../../libs/contracts/src/testing/whatever-is-thrown.ts';

const LOOK_EVERY_MS = 100;
const HANDLERS = /\/dist\/\w+\/features\/(on-[a-z-]+|reserve-stock|charge-payment|create-shipment)\.js$/;
const EXPORTED = /^export \{ (\w+) \};$/gm;
const MOST_KNOWN = 100_000;
const { THROWING_HANDLERS_FILE } = process.env;

let left = 0;
let nth = 0;
const known = new Set();

const readLeft = () => {
  left = Number(readFileSync(THROWING_HANDLERS_FILE, 'utf8').trim()) || 0;
};

const throwSometimes = (handler) => {
  for (const method of ['handle', 'execute']) {
    const run = handler.prototype[method];
    if (typeof run !== 'function') continue;
    handler.prototype[method] = function (message) {
      const key = `${handler.name} ${JSON.stringify(message)}`;
      if (left <= 0 || known.has(key) || known.size >= MOST_KNOWN) return run.call(this, message);
      known.add(key);
      left -= 1;
      nth += 1;
      const { what, make } = WHATEVER_IS_THROWN[(process.pid + nth) % WHATEVER_IS_THROWN.length];
      process.stdout.write(`${JSON.stringify({ threw: what, in: handler.name })}\n`);
      // At once, or as a promise.
      if (nth % 2 === 0) throw make();
      return Promise.reject(make());
    };
  }
};

if (THROWING_HANDLERS_FILE !== undefined) {
  readLeft();
  watchFile(THROWING_HANDLERS_FILE, { interval: LOOK_EVERY_MS, persistent: false }, readLeft);
  const name = 'isolith: throwing handlers';
  globalThis[Symbol.for(name)] = throwSometimes;
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      if (!HANDLERS.test(url)) return loaded;
      const source = typeof loaded.source === 'string' ? loaded.source : new TextDecoder().decode(loaded.source);
      const all = [...source.matchAll(EXPORTED)].map(
        ([, exported]) => `globalThis[Symbol.for('${name}')](${exported});`,
      );
      return { ...loaded, source: `${source}\n${all.join('\n')}` };
    },
  });
}
