import { writeFileSync } from 'node:fs';
import { shop } from '../../src/shop.js';
import { contextsPage, PAGE } from './contexts-page.js';

/** `npm run contexts` writes the page anew from what the contexts state of themselves. */
writeFileSync(PAGE, contextsPage(shop));
process.stdout.write(`${shop.contexts.length} contexts\n`);
