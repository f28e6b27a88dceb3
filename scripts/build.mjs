import { ensureBuilt } from './compile.mjs';
import { ensureInstalled } from './install.mjs';
import { node24 } from './node24.mjs';
import { main, say, seconds, stopToolsOnSignal } from './steps.mjs';

// npm run build: everything `node dist/main.js` needs.
await main(async () => {
  const startedAt = Date.now();
  stopToolsOnSignal();
  await ensureInstalled();
  await ensureBuilt(node24());
  say('build', `up to date, ${seconds(startedAt)}`);
});
