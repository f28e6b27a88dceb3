import { afterEach, expect, it, jest } from '@jest/globals';
import { JournalHost } from '@isolith/journal/nest';
import { anyone, query } from '@isolith/contracts';
import { Impairments, MessageRouter, withOptions, type Impairment } from '@isolith/message-bus';
import { Metrics } from '@isolith/observability';
import { SagaStatus } from '@isolith/saga/nest';
import { ConsoleLogger, Global, Module } from '@nestjs/common';
import { z } from 'zod';
import { Test, type TestingModule } from '@nestjs/testing';
import { application } from '../context/application.js';
import { context } from '../context/context.js';
import { parseConfig } from '../config/parse-config.js';
import { RemoteLink } from '../remote/remote-link.js';
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

it('what becomes of messages is counted from the beginning', async () => {
  const app = await (await compile('stock')).init();
  class Unheard extends query('stock.unheard', { input: z.object({}), access: [anyone()] }) {}
  await expect(
    app.get(MessageRouter, { strict: false }).send(withOptions(new Unheard({}), { timeoutMs: 50 })),
  ).rejects.toThrow();
  const labels = 'from="gateway",to="stock",message="unknown",lane="queries",outcome="unknown-message"';
  expect(await samples(app, 'message_handled_total')).toEqual([expect.stringContaining(labels)]);
  expect(await samples(app, 'message_seconds_count')).toEqual([expect.stringMatching(/lane="queries".*} 1$/)]);
});

it('says what runs, and how busy its event loop is', async () => {
  const app = await (await compile('stock')).init();
  expect(await samples(app, 'build_info')).toEqual([
    expect.stringMatching(/version="unnamed",isolith="\d+\.\d+\.\d+",node="\d+\..*} 1$/),
  ]);
  const [utilization] = await samples(app, 'event_loop_utilization');
  expect(Number(utilization?.split(' ').at(-1))).toBeLessThanOrEqual(1);
});

it('how long a subscription waits and how much the database is asked for are shown by contexts', async () => {
  const app = await (await compile('mail')).init();
  const journals = app.get(JournalHost, { strict: false });
  const status = { producer: 'stock', context: 'mail', subscription: 'letters', position: 1, end: 3, lag: 2 };
  const late = { ...status, leader: true, unfinished: 1, oldestUnfinishedMs: 2_500, failures: 4 };
  jest.spyOn(journals, 'status').mockResolvedValue([late]);
  const load = { connections: 10, idle: 1, waiting: 3, waits: 7, waitedSeconds: 1.5 };
  jest.spyOn(journals, 'pools').mockResolvedValue([{ contexts: ['mail', 'stock'], ...load }]);
  expect(await samples(app, 'journal_oldest_waiting_seconds')).toEqual([
    expect.stringMatching(/subscription="mail.letters".*} 2.5$/),
  ]);
  for (const [name, value] of [
    ['connections', '10'],
    ['idle', '1'],
    ['waiting', '3'],
    ['waits_total', '7'],
    ['wait_seconds_total', '1.5'],
  ])
    expect(await samples(app, `database_pool_${name}`)).toEqual([
      `database_pool_${name}{contexts="mail,stock",service="app"} ${value}`,
    ]);
});

it('how long the broker takes to confirm is shown where there is one', async () => {
  const app = await (await compile('stock')).init();
  expect(await samples(app, 'message_confirms_total')).toEqual([]);
  jest
    .spyOn(app.get(RemoteLink, { strict: false }), 'health')
    .mockReturnValue({ connected: true, consumers: [], confirms: { count: 4, seconds: 0.25 } });
  expect(await samples(app, 'message_confirms_total')).toEqual([expect.stringMatching(/} 4$/)]);
  expect(await samples(app, 'message_confirm_seconds_total')).toEqual([expect.stringMatching(/} 0.25$/)]);
});

it('when certificates end, and whether a key is being changed, is shown', async () => {
  const app = await (await compile('mail')).init();
  expect(await samples(app, 'certificate_expires_at_seconds')).toEqual([]);
  expect(await samples(app, 'key_change_open')).toEqual([
    expect.stringMatching(/variable="AUTH_SECRET_NEXT".*} 0$/),
    expect.stringMatching(/variable="AUTH_SECRET_PREVIOUS".*} 0$/),
    expect.stringMatching(/variable="SERVICE_KEY_PREVIOUS".*} 0$/),
  ]);
  jest
    .spyOn(app.get(RemoteLink, { strict: false }), 'health')
    .mockReturnValue({ connected: true, consumers: [], certificateEnd: 1_500_500 });
  const load = { connections: 1, idle: 1, waiting: 0, waits: 0, waitedSeconds: 0 };
  jest.spyOn(app.get(JournalHost, { strict: false }), 'pools').mockResolvedValue([
    { contexts: ['mail', 'stock'], ...load, certificateEnd: 2_000 },
    { contexts: ['plain'], ...load },
  ]);
  expect(await samples(app, 'certificate_expires_at_seconds')).toEqual([
    expect.stringMatching(/peer="broker",contexts="".*} 1500.5$/),
    expect.stringMatching(/peer="database",contexts="mail,stock".*} 2$/),
  ]);
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
