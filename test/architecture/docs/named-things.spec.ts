import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { missingThings, type Foreign } from './named-things.js';
import { treeFiles } from './tree-files.js';

const FOREIGN: readonly Foreign[] = [
  { name: 'STOCK_DATABASE_URL', reason: 'of the application that adopts Isolith; its context is `stock`' },
  { name: 'CONTEXT', reason: 'a misspelt name, shown because it is refused' },
  { name: 'AUTH_SECERT_FILE', reason: 'a misspelt name, shown because it is refused' },
  { name: 'LOG_LEVEL_FILE', reason: 'what is no secret is in no file, shown because it is refused' },
  { name: 'ORDRES_DATABASE_URL', reason: 'a misspelt name, shown because it is refused' },
  { name: 'src/orders/infra/change', reason: 'a file that the command makes' },
  { name: 'OTEL_SERVICE_NAME', reason: "read by OpenTelemetry's SDK" },
  { name: 'OTEL_RESOURCE_ATTRIBUTES', reason: "read by OpenTelemetry's SDK" },
  { name: 'NODE_EXTRA_CA_CERTS', reason: "Node.js's" },
  { name: 'pg_stat_statements', reason: "PostgreSQL's" },
  { name: 'track_planning', reason: "PostgreSQL's" },
  { name: 'consumer_timeout', reason: "RabbitMQ's" },
];

describe('what pages name', () => {
  it('is there: commands, options, paths, links, variables, routes, names of metrics', () => {
    expect(missingThings(treeFiles(join(import.meta.dirname, '..', '..', '..')), FOREIGN)).toEqual([]);
  });

  const tree = {
    'package.json': JSON.stringify({
      scripts: { chaos: 'node test/chaos/run.ts', roles: 'node scripts/run.mjs roles', jest: 'node node_modules/jest' },
    }),
    'scripts/roles.ts': "await runBuilt('main.js', '--repair');",
    'test/chaos/run.ts': "parseArgs({ options: { runs: { type: 'string' } } }); observe('parked_sequences');",
    'src/main.ts': "if (verb === '--repair') await import('./repair.js');",
    'src/orders/orders.controller.ts': "@Controller('v1/orders')\nclass A { @Get(':id') b() {} @Post() c() {} }",
    'docs/decisions/0007-why.md': '# Why so\n',
  };
  const said = (text: string, foreign: readonly Foreign[] = []) =>
    missingThings(new Map(Object.entries({ ...tree, 'README.md': text })), foreign);

  it.each([
    '`npm run chaos -- --runs 2`, `npm run roles -- --repair`, `npm run jest -- --selectProjects unit`',
    '`node dist/main.js --repair`, `dist/main.js`, `src/<context>/orders.controller.ts`, `test/chaos/`, `docs/decisions/0007`',
    '`ORDERS_DATABASE_URL=… AUTH_SECRET`, `parked_sequences{name}`',
    '`GET /v1/orders/:id`, `/v1/orders/4711`, `POST /v1/orders`, `/v1`',
    '[why](docs/decisions/0007-why.md#why-so), [all](docs/decisions), [else](https://example.test/x.md)',
    '```ts\nconst NO_SUCH = 1;\n```',
  ])('%s is there', (text) => {
    expect(said(text)).toEqual([]);
  });

  it.each([
    ['`npm run chaso`', 'says npm run chaso, which is not there'],
    ['`npm run chaos -- --seeds 2`', 'says npm run chaos -- --seeds, which is not there'],
    ['`npm run roles -- --seeds 2`', 'says npm run roles -- --seeds, which is not there'],
    ['`node dist/main.js --mend`', 'says node dist/main.js --mend, which is not there'],
    ['`src/order/a.ts`', 'says src/order/a.ts, which is not there'],
    ['`dist/mian.js`', 'says dist/mian.js, which is not there'],
    ['`AUTH_SECRTE`', 'says AUTH_SECRTE, which is not there'],
    ['`PROT=3000`', 'says PROT, which is not there'],
    ['`/v1/orders/4711/lines`', 'says /v1/orders/4711/lines, which is not there'],
    ['`parked_sequence_count`', 'says parked_sequence_count, which is not there'],
    ['[x](docs/none.md)', 'links to docs/none.md, which is not there'],
    ['[x](docs/decisions/0007-why.md#why)', 'links to #why, which is no heading of docs/decisions/0007-why.md'],
  ])('%s is not', (text, problem) => {
    expect(said(`\n${text}`)).toEqual([`README.md:2 ${problem}`]);
  });

  it('may be foreign, while a page says it', () => {
    const foreign = [{ name: 'PGUSER_NAME', reason: "PostgreSQL's" }];
    expect(said('`PGUSER_NAME`', foreign)).toEqual([]);
    expect(said('nothing', foreign)).toEqual(['PGUSER_NAME is listed as foreign, and no page needs that']);
  });
});
