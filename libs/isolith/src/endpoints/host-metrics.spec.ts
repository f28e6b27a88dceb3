import { afterEach, expect, it, jest } from '@jest/globals';
import { JournalHost } from '@isolith/journal/nest';
import { Impairments, type Impairment } from '@isolith/message-bus';
import { Metrics } from '@isolith/observability';
import { SagaStatus } from '@isolith/saga/nest';
import { ConsoleLogger, Global, Module } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { application } from '../context/application.js';
import { context } from '../context/context.js';
import { parseConfig } from '../config/parse-config.js';
import { RemoteLink } from '../host/remote-link.js';
import { IsolithModule } from '../index.js';
import { WHOLE_EDGE } from '../http/edge-part.js';

@Global()
@Module({ providers: [SagaStatus], exports: [SagaStatus] })
class SagasModule {}

let host: TestingModule | undefined;
afterEach(() => host?.close());

async function compile(...contexts: readonly string[]): Promise<TestingModule> {
  const { config } = parseConfig(
    application(
      'app',
      contexts.map((name) => context(name)),
    ),
    { AUTH_SECRET: 's'.repeat(32) },
  );
  @Module({ imports: [IsolithModule.forRoot({ config, edge: WHOLE_EDGE }), SagasModule] })
  class AppModule {}
  host = await Test.createTestingModule({ imports: [AppModule] })
    .setLogger(new ConsoleLogger({ logLevels: [] }))
    .compile();
  return host;
}

/** The samples of one metric, as they are written for the scraper. */
async function samples(of: TestingModule, metric: string): Promise<readonly string[]> {
  const { body } = await of.get(Metrics, { strict: false }).render();
  return body.split('\n').filter((line) => line.startsWith(`${metric}{`));
}

it('the sagas are counted once for all the metrics of one answer, and again for the next', async () => {
  const app = await (await compile('stock')).init();
  const counts = jest.spyOn(app.get(SagaStatus, { strict: false }), 'counts').mockResolvedValue([
    { name: 'stock.count', status: 'completed', count: 3 },
    { name: 'stock.count', status: 'needs-attention', count: 1 },
  ]);
  const metrics = app.get(Metrics, { strict: false });
  const { body } = await metrics.render();
  expect(counts).toHaveBeenCalledTimes(1);
  for (const line of [
    'saga_needs_attention{saga="stock.count"',
    'saga_count{saga="stock.count",status="completed"',
    'saga_completion_rate{saga="stock.count"',
  ])
    expect(body).toContain(line);
  await metrics.render();
  expect(counts).toHaveBeenCalledTimes(2);
});

it('what is parked is shown by subscription, of the contexts that have a database here', async () => {
  const app = await (await compile('mail', 'stock')).init();
  const journals = app.get(JournalHost, { strict: false });
  // Registered too late to be opened: what it would say is said here.
  journals.register({ context: 'mail' });
  const parked = journals.parked('mail');
  if (parked === undefined) throw new Error('mail has no journal');
  jest.spyOn(parked, 'counts').mockResolvedValue([
    { subscription: 'letters', messages: 7, sequences: 2 },
    { subscription: 'totals', messages: 0, sequences: 0 },
  ]);
  expect(await samples(app, 'parked_messages')).toEqual([
    expect.stringMatching(/subscription="letters".*} 7$/),
    expect.stringMatching(/subscription="totals".*} 0$/),
  ]);
  expect(await samples(app, 'parked_sequences')).toEqual([
    expect.stringMatching(/context="mail".*} 2$/),
    expect.stringMatching(/context="mail".*} 0$/),
  ]);
});

it('the age of the horizon is shown once for each database, by its contexts', async () => {
  const app = await (await compile('mail', 'stock')).init();
  jest.spyOn(app.get(JournalHost, { strict: false }), 'horizon').mockResolvedValue([
    { contexts: ['mail', 'stock'], seconds: 12.5, holder: { pid: 41 } },
    { contexts: ['orders'], seconds: 0 },
  ]);
  expect(await samples(app, 'journal_horizon_age_seconds')).toEqual([
    expect.stringMatching(/contexts="mail,stock".*} 12\.5$/),
    expect.stringMatching(/contexts="orders".*} 0$/),
  ]);
});

it('what came from other hosts and is no envelope is counted', async () => {
  const app = await (await compile('stock')).init();
  jest
    .spyOn(app.get(RemoteLink, { strict: false }), 'health')
    .mockReturnValue({ connected: true, consumers: [], malformed: 3 });
  expect(await samples(app, 'message_malformed_total')).toEqual([expect.stringMatching(/} 3$/)]);
});

it('a host that has not started is asked for nothing that is in its databases', async () => {
  const app = await compile('stock');
  const journals = app.get(JournalHost, { strict: false });
  const asked = [jest.spyOn(journals, 'horizon'), jest.spyOn(journals, 'parked')];
  for (const metric of ['journal_horizon_age_seconds', 'parked_messages', 'parked_sequences'])
    expect(await samples(app, metric)).toEqual([]);
  for (const spy of asked) expect(spy).not.toHaveBeenCalled();
});

it('what is impaired is shown with its seconds, once for each kind and name, and is gone afterwards', async () => {
  const app = await compile('stock');
  const impairments = app.get(Impairments, { strict: false });
  const late: Impairment = {
    kind: 'relay',
    name: 'stock.mails',
    reason: 'nobody leads it',
    lookAt: '/actuator/projections',
    effect: 'degraded',
  };
  impairments.report('one', [{ ...late, seconds: 12 }]);
  impairments.report('other', [
    { ...late, seconds: 40 },
    { ...late, name: 'stock.totals', seconds: 3 },
  ]);
  expect(await samples(app, 'host_impaired_seconds')).toEqual([
    expect.stringMatching(/kind="relay",name="stock.mails".*} 40(\.|$)/),
    expect.stringMatching(/kind="relay",name="stock.totals".*} 3(\.|$)/),
  ]);
  impairments.report('one', []);
  impairments.report('other', []);
  expect(await samples(app, 'host_impaired_seconds')).toEqual([]);
});
