import { parseArgs } from 'node:util';
import { cleanUp } from '../support/host.js';
import { scrapeRun } from './scrape-run.js';
import { unwellIn, wrongIn } from './verdict.js';

// npm run scrape -- --seconds 180: has a Prometheus scrape a split shop under steady load, asks it for everything that the dashboards
// show, and prints what it saw; ends with 1 where that is not as it should be.
const { values } = parseArgs({ options: { seconds: { type: 'string', default: '180' } } });

try {
  const report = await scrapeRun(Number(values.seconds));
  process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  const wrong = [...wrongIn(report), ...unwellIn(report)];
  for (const line of wrong) process.stdout.write(`WRONG: ${line}\n`);
  if (wrong.length > 0) process.exitCode = 1;
} finally {
  await cleanUp();
}
