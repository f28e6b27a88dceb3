import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ContextDoors, requests, senders } from './context-doors.js';
import { goldenTable } from './golden-table.js';
import { byKeys, bySecret } from './identities.js';

const { columns, rows } = goldenTable(join(import.meta.dirname, 'contracts.txt'), 1);
const tokens = columns.filter((column) => !(column in senders));

/** In front of what is wrong with a message where services have keys of their own. */
const KEYED = 'k-';

let doors: ContextDoors;
let keyedDoors: ContextDoors;
beforeAll(async () => {
  [doors, keyedDoors] = await Promise.all([ContextDoors.open(bySecret), ContextDoors.open(byKeys)]);
});
afterAll(() => Promise.all([doors.close(), keyedDoors.close()]));

describe('who may send what', () => {
  it('is written down for every command and query, and for no other', () => {
    expect(rows.map(({ name }) => name).toSorted()).toEqual(requests.map(({ contract }) => contract.name).toSorted());
    expect(rows.filter(({ cells }) => cells.length !== columns.length)).toEqual([]);
    expect(columns).toEqual([...Object.keys(senders).filter((name) => columns.includes(name)), ...tokens]);
    expect(Object.keys(senders).filter((name) => !columns.includes(name))).toEqual([]);
  });

  it.each(rows)('$name', async ({ name, cells }) => {
    const contract = requests.find((one) => one.contract.name === name)?.contract;
    if (contract === undefined) throw new Error(`there is no ${name}`);
    const { kind, context } = contract;
    const to = { lane: kind === 'query' ? 'queries' : 'requests', context } as const;
    const seen: Record<string, string> = {};
    for (const [sender, principal] of Object.entries(senders))
      seen[sender] = await doors.knock(await doors.badlySigned('right', doors.envelope(name, kind, principal), to), to);
    const admitted = Object.entries(senders).findLast(([sender]) => seen[sender] === 'ok')?.[1];
    if (admitted === undefined) throw new Error(`nobody may send ${name}`);
    for (const token of tokens) {
      const [at, how] = token.startsWith(KEYED) ? [keyedDoors, token.slice(KEYED.length)] : [doors, token];
      seen[token] = await at.knock(await at.badlySigned(how, at.envelope(name, kind, admitted), to), to);
    }
    expect(seen).toEqual(Object.fromEntries(columns.map((column, n) => [column, cells[n]])));
  });
});
