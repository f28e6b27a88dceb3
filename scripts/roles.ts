import { runBuilt } from './run-built.ts';

// npm run roles: the roles that <CONTEXT>_DATABASE_URL names, made with the account of ADMIN_DATABASE_URL; -- --apply
// makes them.
await runBuilt('main.js', '--roles');
