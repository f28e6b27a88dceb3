import { expect, it } from '@jest/globals';
import { scrapeRun } from '../scrape/scrape-run.js';
import { wrongIn } from '../scrape/verdict.js';

/** npm run scrape takes three minutes; as many as every panel needs for its rates do here. */
const SECONDS = 20;
/** The first run on a machine fetches Prometheus. */
const LIMIT_MS = 300_000;

it(
  'a Prometheus that scrapes a split shop under load sees no series beyond those of the code, and answers every panel',
  async () => {
    const report = await scrapeRun(SECONDS);
    expect(wrongIn(report)).toEqual([]);
    expect(report.calls).toBeGreaterThan(100);
    expect(report.dashboards.asked).toBeGreaterThan(60);
  },
  LIMIT_MS,
);
