import { runBuilt } from './run-built.ts';

// npm run parked: lists what is parked, at the host that OPERATOR_URL names and as whoever OPERATOR_TOKEN is of;
// -- replay notifications order-mails KEY runs the messages of one key.
await runBuilt('main.js', '--parked');
