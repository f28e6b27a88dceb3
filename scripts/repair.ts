import { runBuilt } from './run-built.ts';

// npm run repair: what a restore left behind in the databases that the environment names; -- --apply sets right what
// can be.
await runBuilt('main.js', '--repair');
