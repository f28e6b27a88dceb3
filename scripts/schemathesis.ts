import { ensureSchemathesis } from './outside/schemathesis.ts';
import { main, stopToolsOnSignal } from './steps.mjs';

// node scripts/schemathesis.ts: the last line is the Python that has it.
await main(async () => {
  stopToolsOnSignal();
  process.stdout.write(`${await ensureSchemathesis()}\n`);
});
