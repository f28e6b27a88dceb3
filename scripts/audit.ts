import { runBuilt } from './run-built.ts';

// npm run audit: what people did to every context, at the host that OPERATOR_URL names and as whoever OPERATOR_TOKEN is of.
await runBuilt('main.js', '--audit');
