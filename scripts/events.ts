import { runBuilt } from './run-built.ts';

// npm run events -- list orders: what a context has recorded, at the host that OPERATOR_URL names and as whoever
// OPERATOR_TOKEN is of; -- stream orders order-ID tells one stream, -- causes CORRELATION_ID what one request led to.
await runBuilt('main.js', '--events');
