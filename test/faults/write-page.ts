import { writeFileSync } from 'node:fs';
import { faultsPage, PAGE } from './faults-page.js';
import { taggedTests } from './tagged-tests.js';

/** `npm run faults` writes the page anew from the titles of the tests. */
const tests = taggedTests(process.cwd());
writeFileSync(PAGE, faultsPage(tests));
process.stdout.write(`${tests.length} titles name a fault\n`);
