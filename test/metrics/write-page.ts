import { writeFileSync } from 'node:fs';
import { declaredMetrics } from './declared-metrics.js';
import { metricsPage, PAGE } from './metrics-page.js';

/** `npm run metrics` writes the page anew from what a host declares. */
const declared = await declaredMetrics();
writeFileSync(PAGE, metricsPage(declared));
process.stdout.write(`${declared.length} metrics\n`);
