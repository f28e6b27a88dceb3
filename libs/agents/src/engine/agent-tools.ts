import { govern } from '../governor/govern.js';
import type { Governor } from '../governor/judgement.js';
import type { ToolCalls } from '../tools/tool-calls.js';
import { toolNamed } from '../tools/tools.js';
import type { AskedCall, CallMade, DueCall, GovernedTools, Judged } from './governed-tools.js';

/** How long somebody who is asked to approve may wait for what the call would do, in milliseconds. */
const PREVIEW_MS = 5_000;

/** The tools of agents: judged by the governor, and called as the user's delegate. */
export class AgentTools implements GovernedTools {
  constructor(
    private readonly calls: Pick<ToolCalls, 'call' | 'preview'>,
    private readonly governor: Governor = govern,
  ) {}

  async judge({ agent, use, principal, untrusted, callsOfTool, id }: AskedCall): Promise<Judged> {
    const tool = toolNamed(agent.tools, use.name);
    const judgement = this.governor({ tool, toolUse: use, principal, untrusted, callsOfTool });
    const { verdict, why } = judgement;
    if (judgement.verdict === 'refuse') {
      const problems = (judgement.problems ?? []).map(({ pointer, detail }) => `${pointer} ${detail}`);
      return { verdict, why: [why, ...problems].join('; ') };
    }
    if (judgement.verdict === 'run' || tool === undefined) return { verdict, why };
    // A call can be approved without it, so one that fails keeps nobody waiting.
    const signal = AbortSignal.timeout(PREVIEW_MS);
    const shown = await this.calls.preview({ tool, input: judgement.input, id, principal, signal });
    const preview = shown?.outcome === 'done' && shown.output !== undefined ? { preview: shown.output } : {};
    return { verdict, why, ...preview };
  }

  /**
   * With the roles that its user has now: what was approved and may not be done any more is not done, and neither is
   * what was automatic when it was judged and needs an approval by now.
   */
  async call({ agent, use, id, principal, approved, signal, correlationId }: DueCall): Promise<CallMade> {
    const tool = toolNamed(agent.tools, use.name);
    const judgement = this.governor({ tool, toolUse: use, principal, untrusted: false, callsOfTool: 0 });
    if (judgement.verdict === 'refuse' || tool === undefined) return refused(judgement.why);
    if (judgement.verdict === 'approve' && !approved) return refused(`It needs an approval by now: ${judgement.why}`);
    return this.calls.call({ tool, input: judgement.input, id, principal, signal, correlationId });
  }
}

const refused = (detail: string): CallMade => ({
  outcome: 'refused',
  content: JSON.stringify({ failed: 'refused', detail }),
  untrusted: false,
});
