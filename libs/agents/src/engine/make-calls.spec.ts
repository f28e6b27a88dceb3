import { delegatePrincipal } from '@isolith/contracts';
import { describe, expect, it } from '@jest/globals';
import type { RunCall } from '../run/run-state.js';
import { deskAgent } from '../spec-support/agent-world.js';
import { Desk } from '../spec-support/desk.js';
import type { CallMade } from './governed-tools.js';
import { MakeCalls, type CallsOfTurn } from './make-calls.js';

const refused: CallMade = { outcome: 'refused', content: '{"failed":"refused"}', untrusted: false };
const due: RunCall = {
  index: 0,
  use: { type: 'tool-use', id: 'a', name: 'look', input: {} },
  judged: { verdict: 'run', why: 'it is harmless', atMs: 0 },
};

async function madeWith(perhapsMade: readonly number[]) {
  const desk = new Desk();
  desk.fate = () => refused;
  const agent = deskAgent();
  const log = { warn: () => undefined, error: () => undefined };
  const calls = new MakeCalls({ context: 'helpdesk', tools: desk, log }, async () => undefined);
  const around: CallsOfTurn = {
    run: { id: 'run', agent: agent.name, owner: 'ada', seq: 1, token: 1 },
    agent,
    turn: 1,
    perhapsMade,
    principal: delegatePrincipal('helpdesk', { user: 'ada', roles: ['customer'] }),
    signal: new AbortController().signal,
  };
  const [entry] = await calls.make(around, [due]);
  return entry;
}

describe('a call that is refused when it is due, by the roles of that moment', () => {
  it('was not made, where this host judged it', async () => {
    expect(await madeWith([])).toMatchObject({ kind: 'called', outcome: 'refused', content: refused.content });
  });

  it('may have been made, where a host before this one had it', async () => {
    const entry = await madeWith([0]);
    expect(entry).toMatchObject({ kind: 'called', outcome: 'unknown', content: expect.stringContaining('not known') });
  });
});
