import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AgentWorld, deskAgent } from '../spec-support/agent-world.js';

let world: AgentWorld;
beforeAll(async () => void (world = await AgentWorld.open()));
afterAll(() => world.close());

const clerk = deskAgent();
const other = deskAgent({}, 'helpdesk.other');

describe('the runs of a context', () => {
  it('begin once, and rest until something is said', async () => {
    const runs = world.runs([clerk, other]);
    await runs.begin(clerk, 'begun', 'ada');
    await runs.begin(clerk, 'begun', 'ada');
    expect(await runs.view('begun', 'ada')).toMatchObject({
      id: 'begun',
      agent: 'helpdesk.clerk',
      status: 'resting',
      seq: 0,
      turns: 0,
      money: 0,
      approvals: [],
    });
    await expect(runs.begin(clerk, 'begun', 'eve')).rejects.toThrow('of another agent or user');
    await expect(runs.begin(other, 'begun', 'ada')).rejects.toThrow('of another agent or user');
    await expect(runs.begin(deskAgent({}, 'helpdesk.unknown'), 'new', 'ada')).rejects.toThrow('not one of those');
  });

  it('hear what is said under one key once, however often it is said', async () => {
    const runs = world.runs([clerk]);
    await runs.begin(clerk, 'heard', 'ada');
    const say = (key: string) => runs.say('heard', 'ada', 'hello', key);
    expect(await Promise.all([say('a'), say('a'), say('a')])).toEqual([1, 1, 1]);
    expect(await say('b')).toBe(2);
    expect(await say('a')).toBe(1);
    expect(await runs.view('heard', 'ada')).toMatchObject({ status: 'moving', seq: 2 });
  });

  it('are their user’s alone', async () => {
    const runs = world.runs([clerk]);
    await runs.begin(clerk, 'own', 'ada');
    await runs.say('own', 'ada', 'hello', 'a');
    expect(await runs.say('own', 'eve', 'hello', 'b')).toBeUndefined();
    expect(await runs.view('own', 'eve')).toBeUndefined();
    expect(await runs.entries('own', 'eve', 0, 10)).toEqual([]);
    expect((await runs.list('eve', { limit: 10 })).map(({ id }) => id)).toEqual([]);
    expect(await runs.stop('own', 'eve')).toBe(false);
    expect(await runs.say('nowhere', 'ada', 'hello', 'c')).toBeUndefined();
  });

  it('hear nothing that is blank or too long', async () => {
    const runs = world.runs([clerk]);
    await runs.begin(clerk, 'bounded', 'ada');
    for (const text of [' ', 'x'.repeat(100_001)])
      await expect(runs.say('bounded', 'ada', text, 'key')).rejects.toBeInstanceOf(RangeError);
    for (const key of ['', 'x'.repeat(201)])
      await expect(runs.say('bounded', 'ada', 'hello', key)).rejects.toBeInstanceOf(RangeError);
    await world.set('bounded', 'seq = 10000');
    await expect(runs.say('bounded', 'ada', 'hello', 'key')).rejects.toThrow('takes no more');
    await world.set('bounded', 'seq = 0');
    // What a database does not take as text is kept as it was said.
    const odd = 'zero \u0000, half \ud83d, "quoted"';
    await runs.say('bounded', 'ada', odd, 'key');
    expect(await runs.entries('bounded', 'ada', 0, 10)).toMatchObject([{ seq: 1, entry: { text: odd, by: 'ada' } }]);
  });

  it('are listed newest first, page by page, and miss none of one moment', async () => {
    const runs = world.runs([clerk]);
    const ids = ['l1', 'l2', 'l3', 'l4', 'l5'];
    for (const id of ids) await runs.begin(clerk, id, 'lea');
    const same = `began_at = date_trunc('milliseconds', now() - interval '1 hour')`;
    for (const id of ['l2', 'l3', 'l4']) await world.set(id, same);
    const seen: string[] = [];
    for (let before: { at: string; id: string } | undefined; ;) {
      const page = await runs.list('lea', { limit: 2, ...(before === undefined ? {} : { before }) });
      seen.push(...page.map(({ id }) => id));
      const last = page.at(-1);
      if (last === undefined) break;
      before = { at: last.beganAt, id: last.id };
    }
    expect(seen.toSorted()).toEqual(ids);
    expect(seen.slice(0, 2).toSorted()).toEqual(['l1', 'l5']);
    expect((await runs.list(undefined, { limit: 1_000 })).length).toBeGreaterThan(5);
  });

  it('tell what happened after an entry', async () => {
    const runs = world.runs([clerk]);
    await runs.begin(clerk, 'told', 'ada');
    for (const text of ['one', 'two', 'three']) await runs.say('told', 'ada', text, text);
    expect((await runs.entries('told', 'ada', 1, 1)).map(({ seq }) => seq)).toEqual([2]);
    expect((await runs.entries('told', 'ada', 1, 10)).map(({ seq }) => seq)).toEqual([2, 3]);
    expect((await runs.entries('told', 'ada', 0, 10))[0]?.at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });
});
