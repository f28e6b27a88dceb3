import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { compareContracts, describeContracts } from '@isolith/contracts';
import { parseConfig } from '@isolith/isolith';
import { contextsKeptBy } from '@isolith/journal/nest';
import { hostEnvironments } from '../../scripts/split/host-environments.js';
import { shop } from '../../src/shop.js';
import { goldenContracts } from '../contracts/golden.js';
import { contextsPage } from './contexts-page.js';
import { shopWithReviews } from './fixtures/shop-with-reviews.js';
import { handLists } from './hand-lists.js';

const ROOT = join(import.meta.dirname, '..', '..');

/** What somebody is told who has added the context reviews to src/shop.ts and has done nothing else. */
const TOLD: Readonly<Record<string, readonly string[]>> = {
  'docker-compose.yml': [
    'add a service reviews, with CONTEXTS: reviews',
    'service roles: add REVIEWS_DATABASE_URL to its environment',
  ],
  '.env.example': ['# CONTEXTS=: add reviews', 'describe REVIEW_WITHIN_DAYS, and add a line # REVIEW_WITHIN_DAYS='],
  'README.md': ['The shop: add reviews'],
  'docs/operations/observability/prometheus.yml': ['the hosts of the job shop: add reviews'],
  'docs/guides/split.md': ['CONTEXTS= of all but orders: add reviews'],
};

describe('a context that was added to the one list', () => {
  it.each(handLists)('is missing in $file, by name', ({ file, gaps }) => {
    expect(gaps(shopWithReviews, readFileSync(join(ROOT, file), 'utf8'))).toEqual(TOLD[file]);
  });

  it('is new among the contracts, which `npm run contracts` records', () => {
    const contracts = shopWithReviews.contexts.flatMap((one) => one.contracts);
    expect(compareContracts(goldenContracts.read(), describeContracts(contracts))).toEqual(
      ['post-review', 'review-posted'].map((message) => ({
        contract: `reviews.${message}`,
        place: '',
        what: 'the contract is new',
        breaking: false,
      })),
    );
  });

  it('is on the page of contexts, with its arrows', () => {
    const added = contextsPage(shopWithReviews)
      .split('\n')
      .filter((line) => !contextsPage(shop).includes(line));
    expect(added).toEqual(
      expect.arrayContaining([
        '  reviews',
        '  reviews -->|get-order| orders',
        '  orders -.->|order-delivered| reviews',
        '| [reviews](#reviews) | orders | orders | `reviews` | `REVIEWS_DATABASE_URL`, `REVIEW_WITHIN_DAYS` |',
        '## reviews',
        '| `reviews.post-review` | command | whoever is signed in |  |  |',
      ]),
    );
  });

  it('has its database, which roles, migrations and moves go by, and its variables', async () => {
    const kept = await contextsKeptBy(await shopWithReviews.modules(shopWithReviews.names));
    expect(kept.find(({ context }) => context === 'reviews')?.migrations.map(({ name }) => name)).toContain(
      'CreateReviews1700000000901',
    );
    const { config, violations } = parseConfig(shopWithReviews, {
      REVIEWS_DATABASE_URL: 'postgres://reviews:password@database/shop',
      DATABASE_URL: 'postgres://shop:password@database/shop',
      REVIEW_WITHIN_DAYS: '7',
    });
    expect(violations).toEqual([]);
    expect(config.databaseVariable('reviews')).toBe('REVIEWS_DATABASE_URL');
    expect(config.settings(shopWithReviews.variables)).toMatchObject({ REVIEW_WITHIN_DAYS: 7 });
  });

  it('has a host of its own in `npm run split`, which alone is told what it alone reads', () => {
    const contexts = shopWithReviews.contexts.map(({ name, settings }) => ({ name, settings: Object.keys(settings) }));
    const hosts = hostEnvironments(contexts, { REVIEW_WITHIN_DAYS: '7', REVIEWS_DATABASE_URL: 'postgres://reviews' });
    const told = hosts.filter(({ env }) => 'REVIEW_WITHIN_DAYS' in env || 'REVIEWS_DATABASE_URL' in env);
    expect(told.map(({ name, env }) => [name, env['CONTEXTS']])).toEqual([['reviews', 'reviews']]);
  });
});
