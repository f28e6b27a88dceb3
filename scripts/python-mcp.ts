import { ensurePython } from './outside/pinned-python.ts';
import { main, stopToolsOnSignal } from './steps.mjs';

// node scripts/python-mcp.ts: the last line is the Python that has the client of the Model Context Protocol.
await main(async () => {
  stopToolsOnSignal();
  process.stdout.write(`${await ensurePython('mcp')}\n`);
});
