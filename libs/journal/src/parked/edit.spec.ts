import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { event, ContractViolationError } from '@isolith/contracts';
import { z } from 'zod';
import { openTestContext, type TestContext } from '../testing/index.js';
import { CreateLetter, Door, LetterHost, sold, writtenLetters } from '../testing/sample-letters.js';
import { ParkedNotEditable, ParkedNotFound, ReplayRunning } from './failures.js';

let mail: TestContext;
let host: LetterHost;
let react: (nth: number) => Promise<void>;

beforeAll(async () => {
  mail = await openTestContext({ context: 'mail', migrations: [CreateLetter] });
});
beforeEach(async () => {
  const tables = ['letter', 'inbox', 'failing_event', 'parked_message', 'parked_sequence', 'operator_action'];
  await mail.unit.run(() => mail.unit.execute(`TRUNCATE ${tables.map((table) => `mail.${table}`).join(', ')}`));
  react = async (nth) => {
    if (nth < 10) throw new RangeError(`${nth} is too little`);
  };
  host = await LetterHost.start(mail, {
    react: async ({ nth, write }) => {
      await react(nth);
      await write();
    },
  });
});
afterAll(() => mail.close());

async function parkedOne(envelope = sold('a', 1)): Promise<string> {
  await host.deliver(envelope);
  return (await host.parked.list({}, 1)).items[0]?.id ?? '';
}
const by = { by: 'ann', reason: 'typed wrong' };
const originals = () =>
  mail.database.query(
    z.object({ original: z.looseObject({ data: z.unknown() }).nullable() }),
    'SELECT original FROM mail.parked_message',
  );

describe('a parked event that is edited', () => {
  it('is replayed with its new data, keeps the original until then, and is in the audit with who and why', async () => {
    const id = await parkedOne();
    expect(await host.parked.show(id)).toMatchObject({
      schema: { type: 'object', properties: { saleId: { type: 'string' } }, required: ['saleId', 'amount'] },
    });
    expect(await host.parked.show(id)).not.toHaveProperty('edited');
    await host.parked.edit({ id, data: { saleId: 'a', amount: 11 }, ...by });
    await host.parked.edit({ id, data: { saleId: 'a', amount: 12 }, ...by });
    expect(await host.parked.show(id)).toMatchObject({
      data: { saleId: 'a', amount: 12 },
      edited: { at: expect.any(String), ...by },
    });
    expect(await originals()).toMatchObject([{ original: { data: { saleId: 'a', amount: 1 } } }]);
    expect(await host.parked.replaySequence('letters', 'a', 'ann')).toMatchObject({ status: 'completed' });
    expect(await writtenLetters(mail)).toEqual(['a-12']);
    const edits = (await host.parked.actions.recent(100)).filter(({ action }) => action === 'edit-parked').toReversed();
    expect(edits).toMatchObject([
      {
        by: 'ann',
        subject: { id, subscription: 'letters', key: 'a', messageId: 'a-1', type: 'sales.sold', reason: 'typed wrong' },
        result: { before: { saleId: 'a', amount: 1 }, after: { saleId: 'a', amount: 11 } },
      },
      { result: { before: { saleId: 'a', amount: 11 }, after: { saleId: 'a', amount: 12 } } },
    ]);
  });

  it.each([
    ['does not fit its contract', { saleId: 'a', amount: 'much' }, '/data/amount'],
    ['has a field that its contract has not', { saleId: 'a', amount: 1, tip: 1 }, '/data/tip'],
    ['lacks one', { saleId: 'a' }, '/data/amount'],
    ['would be of another key', { saleId: 'b', amount: 11 }, '/data/saleId'],
    ['is none', null, '/data'],
  ])('is refused, naming the field, what %s', async (_, data, pointer) => {
    const id = await parkedOne();
    const refused = await host.parked.edit({ id, data, ...by }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ContractViolationError);
    expect(refused).toMatchObject({ problems: [{ pointer }] });
    expect(await host.parked.actions.recent(10)).toEqual([]);
    expect(await originals()).toEqual([{ original: null }]);
  });

  it('may be one whose data does not fit: it is given whole, and what was stored is in no audit', async () => {
    const id = await parkedOne({ ...sold('a', 1), data: { saleId: 'a', amount: 'as said to Ann' } });
    const shown = await host.parked.show(id);
    expect(shown).toMatchObject({ hidden: expect.stringMatching('does not fit'), schema: { type: 'object' } });
    for (const data of [{ amount: 3 }, { saleId: 'b', amount: 3 }, { saleId: 'a', amount: '***' }])
      await expect(host.parked.edit({ id, data, ...by })).rejects.toBeInstanceOf(ContractViolationError);
    await host.parked.edit({ id, data: { saleId: 'a', amount: 13 }, ...by });
    expect(await host.parked.show(id)).toMatchObject({ data: { saleId: 'a', amount: 13 } });
    expect(await host.parked.replaySequence('letters', 'a', 'ann')).toMatchObject({ status: 'completed' });
    expect(await writtenLetters(mail)).toEqual(['a-13']);
    const edit = (await host.parked.actions.recent(100)).find(({ action }) => action === 'edit-parked');
    expect(edit).toMatchObject({ result: { before: expect.stringMatching('does not fit'), after: { amount: 13 } } });
    expect(JSON.stringify(edit)).not.toContain('Ann');
  });

  it('may be one that has no key to be ordered by', async () => {
    const { subject: _, ...keyless } = sold('a', 1);
    const id = await parkedOne(keyless);
    await host.parked.edit({ id, data: { saleId: 'a', amount: 14 }, ...by });
    expect(await host.parked.show(id)).toMatchObject({ data: { amount: 14 } });
  });

  it('is of the version that it is known in today', async () => {
    class Sold2 extends event('sales.sold', {
      input: z.object({ saleId: z.string(), amount: z.int(), tip: z.int() }),
      key: 'saleId',
      version: 2,
      upcasters: [{ from: 1, up: (data) => ({ ...data, tip: 0 }) }],
    }) {}
    const id = await parkedOne();
    host = await LetterHost.start(mail, { event: Sold2 });
    expect(await host.parked.show(id)).toMatchObject({ envelope: { schemaversion: 1 }, data: { tip: 0 } });
    await host.parked.edit({ id, data: { saleId: 'a', amount: 20, tip: 2 }, ...by });
    expect(await host.parked.show(id)).toMatchObject({ envelope: { schemaversion: 2 }, data: { tip: 2 } });
    expect(await host.parked.replaySequence('letters', 'a', 'ann')).toMatchObject({ status: 'completed' });
  });

  it('can not be what nobody here can read', async () => {
    await host.inbox.setAside({ raw: Buffer.from('not json'), reason: 'no envelope' }, 'letters');
    await host.inbox.setAside({ envelope: { ...sold('b', 1), type: 'sales.gone' }, reason: 'given up' }, 'letters');
    for (const { id } of (await host.parked.list({}, 10)).items)
      await expect(host.parked.edit({ id, data: {}, ...by })).rejects.toBeInstanceOf(ParkedNotEditable);
    for (const id of ['999', 'x'])
      await expect(host.parked.edit({ id, data: {}, ...by })).rejects.toBeInstanceOf(ParkedNotFound);
  });

  it('is left alone while it is replayed', async () => {
    const id = await parkedOne();
    const door = new Door();
    react = () => door.pass();
    const replay = host.parked.replaySequence('letters', 'a', 'ann');
    await door.reached;
    const edit = { id, data: { saleId: 'a', amount: 11 }, ...by };
    await expect(host.parked.edit(edit)).rejects.toBeInstanceOf(ReplayRunning);
    door.open();
    expect(await replay).toMatchObject({ status: 'completed' });
    await expect(host.parked.edit(edit)).rejects.toBeInstanceOf(ParkedNotFound);
    expect(await writtenLetters(mail)).toEqual(['a-1']);
  });
});
