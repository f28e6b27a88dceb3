import { ensureSchemathesis } from './outside/schemathesis.mjs';
import { main, stopToolsOnSignal } from './steps.mjs';

// node scripts/schemathesis.mjs: the last line is the Python that has it.
await main(async () => {
  stopToolsOnSignal();
  process.stdout.write(`${await ensureSchemathesis()}\n`);
});
