import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { apiPages } from './api-page.js';
import { publicExports } from './public-exports.js';

// npm run api: writes docs/api anew from the sources.
const root = join(import.meta.dirname, '..', '..', '..');
const folder = join(root, 'docs', 'api');
mkdirSync(folder, { recursive: true });
for (const name of readdirSync(folder)) rmSync(join(folder, name));
for (const [path, text] of apiPages(publicExports(root))) writeFileSync(join(root, path), text);
