import { afterEach, describe, expect, it } from '@jest/globals';
import { anyone, command, query, service } from '@isolith/contracts';
import { JournalHost } from '@isolith/journal/nest';
import { HandBacks, HandedBackError } from '@isolith/message-bus';
import { noFallback, resilience, ResilienceRegistry } from '@isolith/resilience';
import { ConsoleLogger, type DynamicModule, Module, type Provider, type Type } from '@nestjs/common';
import { CommandHandler, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { Test, type TestingModule } from '@nestjs/testing';
import { z } from 'zod';
import { application } from '../context/application.js';
import { context } from '../context/context.js';
import { type Environment, parseConfig } from '../config/parse-config.js';
import { HostReport } from '../report/host-report.js';
import { settingsOf } from '../context/settings.js';
import { wholeNumber } from '../variables/setting.js';
import { IsolithModule, StartRefusedError, withPolicy } from '../index.js';
import { WHOLE_EDGE } from '../http/edge-part.js';

class Take extends command('stock.take', { input: z.object({ sku: z.string() }), access: [service()] }) {}
class Ask extends query('stock.ask', { input: z.object({ sku: z.string() }), access: [service()] }) {}
class Pay extends command('payments.pay', { input: z.object({ amount: z.int() }), access: [service()] }) {}

@CommandHandler(Take)
class TakeOne {
  async execute() {}
}
@CommandHandler(Take)
class TakeTwo {
  async execute() {}
}

const stock = context('stock', { settings: { SHELVES: wholeNumber(1, 100, 10) } });

const open: TestingModule[] = [];
afterEach(async () => {
  for (const module of open.splice(0)) await module.close();
});

const root = (env: Environment = {}): DynamicModule =>
  IsolithModule.forRoot({
    edge: WHOLE_EDGE,
    config: parseConfig(application('app', [stock, context('payments')]), { AUTH_SECRET: 's'.repeat(32), ...env })
      .config,
  });

const silent = (): ConsoleLogger => new ConsoleLogger({ logLevels: [] });

async function start(
  imports: (DynamicModule | Type)[],
  providers: Provider[] = [],
  logger = silent(),
): Promise<TestingModule> {
  @Module({ imports, providers })
  class AppModule {}
  const module = await Test.createTestingModule({ imports: [AppModule] })
    .setLogger(logger)
    .compile();
  open.push(module);
  return module.init();
}

async function refusal(...wiring: Parameters<typeof start>): Promise<readonly string[]> {
  const error: unknown = await start(...wiring).catch((thrown: unknown) => thrown);
  if (!(error instanceof StartRefusedError)) throw new Error(`not refused: ${String(error)}`);
  return error.violations;
}

describe('a host that is wrong', () => {
  it('names everything at once: variables, handlers, needs, resilience', async () => {
    // Without migrations or a unit of work nothing is opened either: a refused host has done no I/O.
    const wrong = IsolithModule.forFeature(context('stock', { contracts: [Take, Ask], needs: [Pay] }));
    const bad = resilience('stock.supplier', { timeoutMs: 100, breaker: {}, fallback: noFallback(' ') });
    @Module({})
    class Declares {
      constructor(registry: ResilienceRegistry) {
        registry.add(bad);
      }
    }
    const violations = await refusal(
      [root({ PORT: 'x', CONTEXT: 'stock', CONTEXTS: 'stock', TRANSPORT_URL: 'amqp://u:hunter2@h' }), wrong, Declares],
      [TakeOne, TakeTwo],
    );
    expect(violations).toEqual(
      expect.arrayContaining([
        'PORT: expected a whole number from 0 to 65535, got "x"',
        'CONTEXT: not a known variable; did you mean CONTEXTS?',
        'TRANSPORT_URL: is set, but this build has no transport for it; unset it and host all contexts here',
        expect.stringMatching(/^DATABASE_URL: required for stock/),
        'stock.take has two handlers: TakeOne and TakeTwo',
        'stock.ask has no handler',
        expect.stringContaining('stock needs payments.pay'),
        expect.stringContaining('stock.supplier'),
      ]),
    );
    expect(new Set(violations).size).toBe(violations.length);
    expect(violations.join('\n')).not.toContain('hunter2');
  });

  it('is refused for a policy whose breaker says neither what stands in nor why nothing does', async () => {
    const needs = [withPolicy(Pay, { breaker: {}, fallback: noFallback(' ') })];
    expect(await refusal([root(), IsolithModule.forFeature(context('stock', { needs }))])).toContain(
      'resilience "stock:payments.pay": noFallback() needs a reason',
    );
  });

  it('is refused for a context that its application does not list', async () => {
    expect(await refusal([root(), IsolithModule.forFeature(context('shelves'))])).toContain(
      'context shelves is imported, but application app does not list it: no host knows of it',
    );
  });

  it('is refused for importing forRoot twice', async () => {
    expect(await refusal([root(), root()])).toContain('IsolithModule.forRoot was imported 2 times; a host has one');
  });
});

describe('a host that is right', () => {
  it('starts, reports what it does, and gives its settings', async () => {
    const ok = resilience('stock.supplier', {
      timeoutMs: 100,
      breaker: {},
      fallback: noFallback('nothing else has the goods'),
    });
    @Module({})
    class Declares {
      constructor(registry: ResilienceRegistry) {
        registry.add(ok);
      }
    }
    const needs = [withPolicy(Pay, { timeoutMs: 300 })];
    const calling = IsolithModule.forFeature(context('stock', { needs }));
    const host = await start([root({ SHELVES: '12' }), Declares, calling]);
    expect(host.get(HostReport).topology()).toMatchObject({
      contexts: { here: ['stock', 'payments', 'gateway'], elsewhere: [] },
      messages: { commands: [], queries: [] },
      policies: {
        'stock.supplier': expect.stringContaining('no fallback: nothing else has the goods'),
        'stock:payments.pay': '300 ms each',
      },
      plainEventHandlers: [],
    });
    expect(host.get(settingsOf(stock))).toEqual({ SHELVES: 12 });
  });
});

describe('a host that met what a newer release has stored', () => {
  it('is degraded, and goes on being ready: a way back to its release must not end at its probes', async () => {
    const behindTheDoor = { CONTEXTS: 'stock', DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' };
    const made = Test.createTestingModule({ imports: [root(behindTheDoor)] }).setLogger(silent());
    const handBacks = (await made.compile()).get(HandBacks, { strict: false });
    handBacks.note(new HandedBackError('stock', 'newer', 'stock.taken is stored in version 2'));
    handBacks.note(new HandedBackError('stock', 'version', 'stock.take is known here in version 1'));
    expect(handBacks.impairments()).toMatchObject([
      { name: 'stock.newer', effect: 'degraded' },
      { name: 'stock.version', effect: 'not-ready' },
    ]);
  });
});

describe('a host whose key is in doubt', () => {
  it('leads nothing, be it only as long as it hands messages back for it', async () => {
    const host = await start([root()]);
    const journals = host.get(JournalHost, { strict: false });
    const handBacks = host.get(HandBacks, { strict: false });
    expect(journals.mayLead()).toBe(true);
    handBacks.note(new HandedBackError('stock', 'version', 'stock.take is known here in version 1'));
    expect(journals.mayLead()).toBe(true);
    handBacks.note(new HandedBackError('stock', 'key', 'the key k2 is not known'));
    expect(journals.mayLead()).toBe(false);
  });
});

class Count extends query('stock.count', {
  input: z.object({ nth: z.int() }),
  output: z.object({ nth: z.int() }),
  access: [anyone()],
}) {}

let counted = 0;
@QueryHandler(Count)
class CountHandler {
  async execute({ nth }: Count) {
    counted += 1;
    return { nth };
  }
}

/**
 * Asks 100 times over the buses of a host; tells how often the handler ran for it, and what the host said about itself.
 */
async function ask(env: Environment) {
  const warned: unknown[] = [];
  class Kept extends ConsoleLogger {
    override warn(message: unknown): void {
      warned.push(message);
    }
  }
  const config = parseConfig(application('app', [context('stock')]), { AUTH_SECRET: 's'.repeat(32), ...env }).config;
  const host = await start(
    [
      IsolithModule.forRoot({ config, paritySeed: 12 }),
      IsolithModule.forFeature(context('stock', { contracts: [Count] })),
    ],
    [CountHandler],
    new Kept({ logLevels: ['warn'] }),
  );
  const bus = host.get(QueryBus, { strict: false });
  counted = 0;
  const answers = await Promise.all(Array.from({ length: 100 }, (_, nth) => bus.execute(new Count({ nth }))));
  return { answers, warned: JSON.stringify(warned), guarantees: host.get(HostReport).topology().guarantees };
}

describe('parity mode', () => {
  const answers = Array.from({ length: 100 }, (_, nth) => ({ nth }));

  it('answers all the same, over messages that are lost and come twice, and says loudly what it is', async () => {
    const seen = await ask({ ISOLITH_PARITY: '1' });
    expect(seen.answers).toEqual(answers);
    expect(counted).toBeGreaterThan(100);
    expect(seen.guarantees.parity).toContain('parity mode, seed 12');
    expect(seen.warned).toContain('parity mode, seed 12');
  });

  it.each([{}, { ISOLITH_PARITY: '0' }])('is off unless it is asked for: %j', async (env) => {
    const seen = await ask(env);
    expect([seen.answers, counted]).toEqual([answers, 100]);
    expect(seen.guarantees).not.toHaveProperty('parity');
    expect(seen.warned).not.toContain('parity');
  });
});
