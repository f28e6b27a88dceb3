import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { event } from '@isolith/contracts';
import { z } from 'zod';
import { openTestContext, type TestContext } from '../testing/index.js';
import { CreateLetter, LetterHost, sold, writtenLetters, type LetterHostOptions } from '../testing/sample-letters.js';
import { Sold } from '../testing/sample-sales.js';

/** The next release counts in cents. What it wrote itself is told from what its upcaster made by the odd cent. */
class SoldInCents extends event('sales.sold', {
  input: Sold.contract.input,
  key: 'saleId',
  version: 2,
  upcasters: [{ from: 1, up: (data) => ({ ...data, amount: z.int().parse(data['amount']) * 100 }) }],
}) {}
const next = (key: string, nth: number) => ({
  ...sold(key, nth),
  schemaversion: 2,
  data: { saleId: key, amount: nth * 100 + 1 },
});

let mail: TestContext;
beforeAll(async () => {
  mail = await openTestContext({ context: 'mail', migrations: [CreateLetter] });
});
beforeEach(async () => {
  const tables = ['letter', 'inbox', 'failing_event', 'parked_message', 'parked_sequence'];
  await mail.unit.run(() => mail.unit.execute(`TRUNCATE ${tables.map((table) => `mail.${table}`).join(', ')}`));
});
afterAll(() => mail.close());

const today = (options: LetterHostOptions = {}) => LetterHost.start(mail, options);
const tomorrow = (options: LetterHostOptions = {}) => LetterHost.start(mail, { event: SoldInCents, ...options });
const broken = (): Promise<void> => Promise.reject(new TypeError('no paper'));
const parked = async (host: LetterHost) => {
  const { items } = await host.parked.list({ key: 'a' }, 10);
  return items.map(({ messageId, attempts }) => `${messageId} tried ${attempts} times`);
};
describe('a subscriber of the next version', () => {
  it('reads what is delivered in the former one through the chain of the contract, in order with its own', async () => {
    const host = await tomorrow();
    await host.deliver(sold('a', 1), next('a', 2), sold('a', 3));
    expect(await writtenLetters(mail)).toEqual(['a-100', 'a-201', 'a-300']);
  });

  it('reads what was parked before the upgrade in the same way when it is replayed', async () => {
    await (await today({ react: broken })).deliver(sold('a', 1), sold('a', 2));
    const host = await tomorrow();
    await host.deliver(next('a', 3));
    expect(await host.parked.replaySequence('letters', 'a', 'user ann')).toMatchObject({ replayed: 3, left: 0 });
    expect([await writtenLetters(mail), await parked(host)]).toEqual([['a-100', 'a-200', 'a-301'], []]);
  });
});

describe('a subscriber of the former version', () => {
  const why = 'sales.sold is handled here in version 1, not 2';

  it('waits with what is delivered in the next one and with what comes after it, until it is upgraded', async () => {
    const host = await today();
    await expect(host.deliver(next('a', 1))).rejects.toThrow(why);
    expect([await writtenLetters(mail), await parked(host)]).toEqual([[], []]);
    expect(host.handedBack).toEqual([why]);
    await (await tomorrow()).deliver(next('a', 1), sold('a', 2));
    expect(await writtenLetters(mail)).toEqual(['a-101', 'a-200']);
  });

  it('leaves what is parked in the next one as it is when it is replayed, counts nothing, and says so', async () => {
    await (await tomorrow({ react: broken })).deliver(sold('a', 1), next('a', 2));
    const host = await today();
    const before = await parked(host);
    expect(before).toEqual(['a-1 tried 2 times', 'a-2 tried 0 times']);
    for (let nth = 0; nth < 3; nth += 1)
      expect(await host.parked.replaySequence('letters', 'a', 'user ann')).toMatchObject({
        status: 'failed',
        failed: { problem: { type: 'not-delivered', detail: why } },
        left: 1,
      });
    expect([await writtenLetters(mail), await parked(host)]).toEqual([['a-1'], ['a-2 tried 0 times']]);
    expect(host.handBacks.counts()).toEqual([{ context: 'mail', lack: 'newer', count: 3 }]);
    expect(host.handBacks.impairments()).toMatchObject([{ name: 'mail.newer' }]);
    await (await tomorrow()).parked.replaySequence('letters', 'a', 'user ann');
    expect(await writtenLetters(mail)).toEqual(['a-1', 'a-201']);
  });
});
