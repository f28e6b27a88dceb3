import { command, delegatePrincipal, signedIn } from '@isolith/contracts';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { agent } from '../agent/agent.js';
import type { ToolAnswer } from '../tools/tool-answer.js';
import { write } from '../tools/entries.js';
import { approve, auto, byRole } from '../tools/policies.js';
import { tools } from '../tools/tools.js';
import { AgentTools } from './agent-tools.js';

class Ring extends command('hall.ring', { input: z.object({ times: z.int() }), access: [signedIn()] }) {}

const clerk = agent({
  name: 'hall.clerk',
  model: 'small',
  price: { input: 0, output: 0 },
  instructions: 'Be brief.',
  tools: tools({
    write: [write(Ring, { policy: byRole({ warden: auto('it is theirs'), otherwise: approve('it is loud') }) })],
  }),
});
const use = { type: 'tool-use', id: 'a', name: 'hall_ring', input: { times: 1 } } as const;
const answer: ToolAnswer = { outcome: 'done', retryable: false, untrusted: false, content: '{"done":true}' };

function called(): { readonly rung: readonly string[]; readonly tools: AgentTools } {
  const rung: string[] = [];
  const call = async ({ tool }: { readonly tool: { readonly name: string } }): Promise<ToolAnswer> => {
    rung.push(tool.name);
    return answer;
  };
  return { rung, tools: new AgentTools({ call, preview: async () => undefined }) };
}

const due = (roles: readonly string[], approved: boolean) => ({
  agent: clerk,
  use,
  approved,
  id: 'ring-1',
  correlationId: 'run-1',
  principal: delegatePrincipal('hall', { user: 'ada', roles }),
  signal: new AbortController().signal,
});

describe('a call that is due', () => {
  it('is made where nobody has to be asked, or somebody has agreed', async () => {
    const { rung, tools: made } = called();
    expect(await made.call(due(['warden'], false))).toEqual(answer);
    expect(await made.call(due([], true))).toEqual(answer);
    expect(rung).toEqual(['hall_ring', 'hall_ring']);
  });

  it('is refused where it was automatic when it was judged and its user has lost the role since', async () => {
    const { rung, tools: made } = called();
    const refused = await made.call(due([], false));
    expect({ refused, rung }).toEqual({
      refused: {
        outcome: 'refused',
        content: '{"failed":"refused","detail":"It needs an approval by now: it is loud"}',
        untrusted: false,
      },
      rung: [],
    });
  });
});
