import { ensureBuilt } from './compile.ts';
import { main, say, seconds, stopToolsOnSignal } from './steps.mjs';

// npm run build: everything `node dist/main.js` needs.
await main(async () => {
  const startedAt = Date.now();
  stopToolsOnSignal();
  await ensureBuilt(process.execPath);
  say('build', `up to date, ${seconds(startedAt)}`);
});
