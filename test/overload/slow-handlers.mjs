/**
 * A preload (`node --import`) that makes the handlers of one context of a built shop wait before each message.
 *
 *   SLOW_HANDLERS_CONTEXT  the context
 *   SLOW_HANDLERS_FILE     holds how many milliseconds; what is written there while the process runs is a new number
 */
import { readFileSync, watchFile } from 'node:fs';
import { registerHooks } from 'node:module';
import { setTimeout as pause } from 'node:timers/promises';

const LOOK_EVERY_MS = 50;
const EXPORTED = /^export \{ (\w+) \};$/gm;
const { SLOW_HANDLERS_CONTEXT, SLOW_HANDLERS_FILE } = process.env;
const name = 'isolith: slow handlers';

let waitMs = 0;
const readWait = () => {
  waitMs = Number(readFileSync(SLOW_HANDLERS_FILE, 'utf8').trim()) || 0;
};

const slow = (handler) => {
  const run = handler.prototype?.execute;
  if (typeof run !== 'function') return;
  handler.prototype.execute = async function (message) {
    if (waitMs > 0) await pause(waitMs);
    return run.call(this, message);
  };
};

if (SLOW_HANDLERS_FILE !== undefined && SLOW_HANDLERS_CONTEXT !== undefined) {
  readWait();
  watchFile(SLOW_HANDLERS_FILE, { interval: LOOK_EVERY_MS, persistent: false }, readWait);
  globalThis[Symbol.for(name)] = slow;
  const handlers = new RegExp(`/dist/${SLOW_HANDLERS_CONTEXT}/features/[a-z-]+\\.js$`);
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      if (!handlers.test(url)) return loaded;
      const source = typeof loaded.source === 'string' ? loaded.source : new TextDecoder().decode(loaded.source);
      const all = [...source.matchAll(EXPORTED)].map(([, one]) => `globalThis[Symbol.for('${name}')](${one});`);
      return { ...loaded, source: `${source}\n${all.join('\n')}` };
    },
  });
}
