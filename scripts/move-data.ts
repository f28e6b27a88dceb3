import { runBuilt } from './run-built.ts';

// npm run move-data: the embedded data folder to the PostgreSQL that DATABASE_URL and <CONTEXT>_DATABASE_URL name.
await runBuilt('move-data.js');
