import { delegatePrincipal } from '@isolith/contracts';
import type { AskedCall, CallMade, DueCall, GovernedTools, Judged } from '../engine/governed-tools.js';

/** A call that arrived, however often: its effect is had once for each id, as behind an inbox. */
export interface Effect {
  readonly tool: string;
  readonly input: unknown;
  /** How often it was asked for. */
  times: number;
}

/**
 * Tools of a help desk, in memory. `approve-…` waits for a person, `forbid-…` is refused, `gossip` reads what somebody
 * else wrote, and everything else is done at once.
 */
export class Desk implements GovernedTools {
  /** By the id of the call, in the order in which they had their effect. */
  readonly effects = new Map<string, Effect>();
  readonly judged: AskedCall[] = [];
  readonly called: DueCall[] = [];
  /** What becomes of a call, where it is not simply done; told how often it was asked for before. */
  fate: (due: DueCall, before: number) => Promise<CallMade | undefined> | CallMade | undefined = () => undefined;

  async judge(asked: AskedCall): Promise<Judged> {
    this.judged.push(asked);
    const { name } = asked.use;
    if (name.startsWith('forbid-')) return { verdict: 'refuse', why: 'nobody may' };
    if (name.startsWith('approve-')) return { verdict: 'approve', why: 'it costs money', preview: { costs: 5 } };
    return { verdict: 'run', why: 'it is harmless' };
  }

  async call(due: DueCall): Promise<CallMade> {
    this.called.push(due);
    const { id, use, principal } = due;
    if (
      JSON.stringify(principal) !== JSON.stringify(delegatePrincipal('helpdesk', { user: 'ada', roles: ['customer'] }))
    )
      throw new Error('called as somebody else than the delegate of the user');
    const before = this.effects.get(id);
    const fated = await this.fate(due, before?.times ?? 0);
    if (before === undefined) this.effects.set(id, { tool: use.name, input: use.input, times: 1 });
    else before.times += 1;
    return fated ?? { outcome: 'done', content: JSON.stringify({ of: use.name }), untrusted: use.name === 'gossip' };
  }

  /** The tools that had their effect, in order. */
  names(): readonly string[] {
    return [...this.effects.values()].map(({ tool }) => tool);
  }
}
