import { writeFileSync } from 'node:fs';
import { processesPage, PAGE } from './processes-page.js';
import { shopProcesses } from './shop-processes.js';

/** `npm run processes` writes the page anew from what the contexts declare. */
const processes = await shopProcesses();
writeFileSync(PAGE, processesPage(processes));
process.stdout.write(`${processes.sagas.length} sagas, ${processes.choreographies.length} choreographies\n`);
