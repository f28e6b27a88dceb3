import { AssertionError } from 'node:assert';
import { describe, expect, it } from '@jest/globals';
import { HandlerError, NotDeliveredError, OutcomeUnknownError } from '@isolith/contracts';
import { choreography, when } from '../index.js';
import { lowStock, NoSupplier, Reorder, StockGone, StockLow, Tell } from '../spec-support/low-stock.js';
import { choreographyUnderTest } from './index.js';

const low = choreographyUnderTest(lowStock);
const [mugLow, mugGone] = [new StockLow({ sku: 'MUG', left: 1 }), new StockGone({ sku: 'MUG' })];
const reorder = new Reorder({ sku: 'MUG', amount: 10 });

describe('an event', () => {
  it('is answered by these commands and no others', async () => {
    await low
      .when(mugLow)
      .thenSent(new Tell({ who: 'ada', what: 'MUG: 1 left' }), new Reorder({ sku: 'MUG', amount: 9 }));
    await low.when(new StockGone({ sku: 'dead' })).thenSent();
    await expect(low.when(mugGone).thenSent()).rejects.toBeInstanceOf(AssertionError);
    await expect(low.when(mugGone).thenSent(new Reorder({ sku: 'MUG', amount: 9 }))).rejects.toBeInstanceOf(
      AssertionError,
    );
    // Of the same fields, and another command.
    await expect(low.when(mugGone).thenSent(new Tell({ who: 'ada', what: 'MUG' }))).rejects.toBeInstanceOf(
      AssertionError,
    );
  });

  it('whose command gets no answer is tried again, under the same id', async () => {
    const lost = low.answering(Reorder, new OutcomeUnknownError('lost'), new HandlerError('broken'), undefined);
    const { end, sent } = await lost.when(mugGone).run();
    expect([end, new Set(sent.map(({ id }) => id)).size, sent.length]).toEqual(['handled', 1, 3]);
    await lost.when(mugGone).thenSent(reorder);
  });

  it('waits where an outage does not end, and is parked after its attempts', async () => {
    const trouble = { type: 'not-delivered', detail: 'away' };
    expect(await low.answering(Reorder, new NotDeliveredError('away')).when(mugGone).run()).toMatchObject({
      end: 'waits',
      trouble,
    });
    expect(
      await low.answering(Reorder, new HandlerError('broken')).when(mugGone).thenParked('handler-error'),
    ).toHaveLength(2);
  });

  it('whose command is refused is parked, unless the refusal is answered', async () => {
    const refusing = low.answering(Reorder, new NoSupplier({}));
    await refusing.when(mugGone).thenParked('buying.no-supplier');
    await expect(refusing.when(mugGone).thenSent(reorder)).rejects.toThrow(
      'the event is parked: {"type":"buying.no-supplier"',
    );
    await refusing
      .when(new StockLow({ sku: 'MUG', left: 0 }), 'e7')
      .thenSent(reorder, new Tell({ who: 'e7', what: 'MUG: no-supplier' }));
    await expect(low.when(mugGone).thenParked('buying.no-supplier')).rejects.toBeInstanceOf(AssertionError);
  });
});

describe('a script', () => {
  it('shows what the code of the choreography itself throws', async () => {
    const broken = choreography({
      name: 'alerts.broken',
      on: [
        when(StockGone, {
          send: Reorder,
          with: () => {
            throw new RangeError('no amount');
          },
        }),
      ],
    });
    await expect(choreographyUnderTest(broken).when(mugGone).run()).rejects.toThrow(new RangeError('no amount'));
  });

  it('runs no choreography that a host would not start with', () => {
    const empty = choreographyUnderTest(choreography({ name: 'alerts.empty', on: [] }));
    expect(() => empty.when(mugGone)).toThrow('choreography alerts.empty: it has no reactions');
  });
});
