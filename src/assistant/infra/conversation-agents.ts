import type { Agent } from '@isolith/agents';
import { ForbiddenError, type Principal } from '@isolith/contracts';
import type { AssistantName } from '../assistant.contract.js';

/** Roles that may ask about more than what is their own. */
const STAFF: readonly string[] = ['support', 'admin'];

/** The agents that conversations are had with, by the name that users give them. */
export class ConversationAgents {
  constructor(private readonly agents: Readonly<Record<AssistantName, Agent>>) {}

  get all(): readonly Agent[] {
    return Object.values(this.agents);
  }

  /** @throws {ForbiddenError} for who may not talk to it; what its tools may do the contracts say all the same */
  agentFor(name: AssistantName, { roles }: Principal): Agent {
    if (name === 'triage' && !roles.some((one) => STAFF.includes(one)))
      throw new ForbiddenError('triage is for support and admins');
    return this.agents[name];
  }
}
