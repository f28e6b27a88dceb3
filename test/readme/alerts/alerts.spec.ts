import { afterEach, describe, expect, it } from '@jest/globals';
import { event } from '@isolith/contracts';
import { HostReport, IsolithModule, parseConfig, application, context, StartRefusedError } from '@isolith/isolith';
import { JournalHost } from '@isolith/journal/nest';
import { choreography, when } from '@isolith/saga';
import { choreographyUnderTest } from '@isolith/saga/testing';
import { openContext, type ContextUnderTest } from '@isolith/testing';
import { ConsoleLogger } from '@nestjs/common';
import { CommandHandler } from '@nestjs/cqrs';
import { Test } from '@nestjs/testing';
import { z } from 'zod';
import { alerts, AlertsModule, lowStock } from './alerts.js';
import { NoSupplier, Reorder, StockLow } from './contracts.js';

class NoLonger extends event('stock.gone', { input: z.object({ sku: z.string() }), key: 'sku' }) {}

let opened: ContextUnderTest | undefined;
afterEach(() => opened?.close());

let sold = true;
const ordered: string[] = [];

/** Answers for the context buying. */
@CommandHandler(Reorder)
class Supplier {
  async execute({ sku, amount }: Reorder): Promise<void> {
    if (!sold) throw new NoSupplier({});
    ordered.push(`${amount} of ${sku}`);
  }
}

describe('a choreography in an application', () => {
  it('is tested without one', async () => {
    const low = choreographyUnderTest(lowStock);
    await low.when(new StockLow({ sku: 'MUG', left: 3 })).thenSent(new Reorder({ sku: 'MUG', amount: 7 }));
    const refused = low.answering(Reorder, new NoSupplier({}));
    await refused.when(new StockLow({ sku: 'CUP', left: 0 })).thenParked('buying.no-supplier');
  });

  it('needs no handler, states what it needs, and is in the boot report', async () => {
    expect(alerts.needs).toEqual([Reorder]);
    opened = await openContext(alerts, { module: AlertsModule, standIns: [Supplier] });
    await opened.deliver('low-stock', new StockLow({ sku: 'MUG', left: 3 }));
    expect(ordered).toEqual(['7 of MUG']);
    expect(opened.get(HostReport).topology().choreographies).toEqual({
      'alerts.low-stock': ['stock.low -> buying.reorder'],
    });
  });

  it('parks what is refused, and a replay asks anew', async () => {
    opened = await openContext(alerts, { module: AlertsModule, standIns: [Supplier] });
    sold = false;
    await opened.deliver('low-stock', new StockLow({ sku: 'CUP', left: 1 }));
    const parked = opened.get(JournalHost).parked('alerts');
    expect((await parked?.list({}, 1))?.items[0]?.problem).toEqual({
      type: 'buying.no-supplier',
      detail: 'Reorder was refused: nobody sells it',
    });
    sold = true;
    expect(await parked?.replaySequence('low-stock', 'CUP', 'admin')).toMatchObject({ status: 'completed' });
    expect(ordered.at(-1)).toBe('9 of CUP');
  });
});

describe('a host with a choreography', () => {
  it('is refused for messages that no context of the application has, wherever they would be', async () => {
    const app = application('app', [
      alerts,
      context('stock', { contracts: [NoLonger] }),
      context('buying', { contracts: [NoSupplier] }),
    ]);
    const { config } = parseConfig(app, { CONTEXTS: 'alerts', DATA_DIR: 'memory://' });
    const starting = Test.createTestingModule({ imports: [IsolithModule.forRoot({ config }), AlertsModule] })
      .setLogger(new ConsoleLogger({ logLevels: [] }))
      .compile()
      .then((module) => module.init());
    const refusal: unknown = await starting.catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(StartRefusedError);
    expect(refusal).toMatchObject({
      violations: expect.arrayContaining([
        'choreography alerts.low-stock: reaction low.reorder waits for stock.low, which stock does not have',
        'choreography alerts.low-stock: reaction low.reorder sends buying.reorder, which buying does not have',
      ]),
    });
  });

  it('can’t be described under another name', () => {
    expect(() => context('alerts', { subscriptions: { other: lowStock } })).toThrow(
      'context alerts: subscription other: its choreography is called alerts.low-stock, not alerts.other',
    );
    const twice = [1, 2].map(() => when(StockLow, { send: Reorder, with: () => undefined }));
    expect(() => choreographyUnderTest(choreography({ name: 'alerts.twice', on: twice })).when({})).toThrow(
      'choreography alerts.twice: two reactions are called low.reorder',
    );
  });
});
