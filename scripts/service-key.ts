import { runBuilt } from './run-built.ts';

// npm run service-key -- orders: makes a key for the hosts of these contexts, as the variables that they and all others
// are told.
await runBuilt('main.js', '--service-key');
