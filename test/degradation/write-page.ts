import { writeFileSync } from 'node:fs';
import { degradationPage, PAGE } from './degradation-page.js';
import { writtenAnswers } from './degradation-table.js';

/** `npm run degradation` writes the page anew from the table. */
const written = writtenAnswers();
writeFileSync(PAGE, degradationPage(written));
process.stdout.write(`${written.size} parts, ${written.get('nothing')?.size ?? 0} routes\n`);
