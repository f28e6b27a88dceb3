import { runBuilt } from './run-built.ts';

// npm run rebuild -- orders.order-list: builds a projection anew in the database that the environment names, beside the
// one that answers.
await runBuilt('main.js', '--rebuild');
