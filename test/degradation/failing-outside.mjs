/**
 * A preload (`node --import`) that makes what is outside of a built shop unavailable: its payment provider, and the
 * channel of its notifications.
 *
 *   UNAVAILABLE_FILE  holds the names of what is unavailable now, looked at with every call
 */
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';

const { UNAVAILABLE_FILE } = process.env;
const OUTSIDE = [
  {
    name: 'payment-provider',
    file: /\/dist\/payments\/infra\/provider\/sandbox-provider\.js$/,
    methods: ['charge', 'refund', 'lookup', 'ledger'],
    wrapped: 'SandboxProvider, ProviderUnavailableError',
  },
  {
    name: 'notification-channel',
    file: /\/dist\/notifications\/infra\/log-channel\.js$/,
    methods: ['send'],
    wrapped: 'LogChannel, ChannelUnavailableError',
    imports: "import { ChannelUnavailableError } from './notification-channel.js';",
  },
];

const isUnavailable = (name) => readFileSync(UNAVAILABLE_FILE, 'utf8').split('\n').includes(name);

const makeUnavailable = (name, methods, port, Unavailable) => {
  for (const method of methods) {
    const call = port.prototype[method];
    port.prototype[method] = async function (...args) {
      if (isUnavailable(name)) throw new Unavailable(`${name} is unavailable, a test says so`);
      return call.apply(this, args);
    };
  }
};

if (UNAVAILABLE_FILE !== undefined) {
  const symbol = 'isolith: failing outside';
  globalThis[Symbol.for(symbol)] = makeUnavailable;
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      const found = OUTSIDE.find(({ file }) => file.test(url));
      if (found === undefined) return loaded;
      const { name, methods, wrapped, imports = '' } = found;
      const source = typeof loaded.source === 'string' ? loaded.source : new TextDecoder().decode(loaded.source);
      const call = `globalThis[Symbol.for('${symbol}')](${JSON.stringify(name)}, ${JSON.stringify(methods)}, ${wrapped});`;
      return { ...loaded, source: `${source}\n${imports}\n${call}` };
    },
  });
}
