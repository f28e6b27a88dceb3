import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openTestContext, type TestContext } from '../testing/index.js';
import { CreateLetter, LetterHost, sold } from '../testing/sample-letters.js';

let mail: TestContext;
let host: LetterHost;
const at = expect.stringMatching(/^\d{4}-.*Z$/);

beforeAll(async () => {
  mail = await openTestContext({ context: 'mail', migrations: [CreateLetter] });
});
beforeEach(async () => {
  await mail.unit.run(() =>
    mail.unit.execute('TRUNCATE mail.parked_message, mail.parked_sequence, mail.failing_event'),
  );
  host = await LetterHost.start(mail, {
    react: async ({ key }) => {
      throw key.startsWith('x') ? new RangeError(`no room for ${key}`) : new TypeError(`no paper for ${key}`);
    },
  });
});
afterAll(() => mail.close());

describe('the groups of what is parked', () => {
  it('are by subscription, type and problem, the largest first; what only waits is in none', async () => {
    for (const key of ['x', 'a', 'b']) for (const nth of [1, 2]) await host.deliver(sold(key, nth));
    const [a, b, x] = (await host.parked.list({}, 10)).items.toSorted((l, r) => (l.key < r.key ? -1 : 1));
    expect(b).toMatchObject({ key: 'b' });
    expect(await host.parked.byProblem()).toEqual([
      {
        subscription: 'letters',
        type: 'sales.sold',
        problem: 'TypeError',
        count: 2,
        oldestAt: at,
        newestAt: at,
        example: { id: Object(a).id, detail: 'no paper for a' },
      },
      expect.objectContaining({
        problem: 'RangeError',
        count: 1,
        example: { id: Object(x).id, detail: 'no room for x' },
      }),
    ]);
  });

  it('have what waits for a replay after the message before it was discarded', async () => {
    for (const nth of [1, 2, 3]) await host.deliver(sold('a', nth));
    const [first] = (await host.parked.list({}, 1)).items;
    await host.parked.discard(first?.id ?? '', 'ann');
    const [group, ...others] = await host.parked.byProblem();
    expect(others).toEqual([]);
    expect(group).toMatchObject({ count: 1, example: { detail: expect.stringContaining('waits for a replay') } });
    expect(group).not.toHaveProperty('problem');
  });

  it('of a context without any are none', async () => {
    expect(await host.parked.byProblem()).toEqual([]);
  });
});
