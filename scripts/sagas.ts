import { runBuilt } from './run-built.ts';

// npm run sagas: lists what needs a person, at the host that OPERATOR_URL names and as whoever OPERATOR_TOKEN is of;
// -- retry orders.checkout ID REASON steps in.
await runBuilt('main.js', '--sagas');
