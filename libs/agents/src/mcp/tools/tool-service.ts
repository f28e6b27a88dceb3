import { randomUUID } from 'node:crypto';
import { delegatePrincipal, GATEWAY, type Principal } from '@isolith/contracts';
import { derivedId } from '@isolith/message-bus';
import {
  type CallToolResult,
  ProtocolError,
  ProtocolErrorCode,
  type Tool as WireTool,
} from '@modelcontextprotocol/server';
import type { Governor, Judgement } from '../../governor/judgement.js';
import type { Tool } from '../../tools/tool.js';
import type { CallApprovals } from '../../call-approvals/call-approvals.js';
import { refused, resultOf } from './answers.js';
import { askFirst } from './ask-first.js';
import type { GovernedCall, ToolSender } from './governed-call.js';
import { idempotencyKey, KEY_ARGUMENT, mayUse, type OfferedTool, offeredTools } from './offered-tool.js';

/** What the tools of an MCP server stand on. */
export interface ToolServiceParts {
  readonly tools: readonly Tool[];
  readonly govern: Governor;
  readonly sender: ToolSender;
  readonly approvals: CallApprovals;
  /** Where its owner decides on an approval, for people. */
  readonly decideAt: (approval: string) => string;
}

/** A call as a client makes it. */
export interface AskedCall {
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** Who is signed in. */
  readonly user: Principal;
  /** The session that they are signed in to. */
  readonly session: string;
  readonly signal: AbortSignal;
}

/**
 * Lists and calls tools for the signed-in user, as their delegate. What a client has read before it calls is not known
 * here, so it counts as text of others: no write happens that its owner has not agreed to.
 */
export class ToolService {
  readonly #offered: ReadonlyMap<string, OfferedTool>;
  readonly #parts: ToolServiceParts;

  /** Throws with all tools that can't be offered. */
  constructor(parts: ToolServiceParts) {
    this.#parts = parts;
    this.#offered = offeredTools(parts.tools);
  }

  /** Those that this user may use. */
  list(user: Principal): WireTool[] {
    return [...this.#offered.values()].filter(({ tool }) => mayUse(tool, user)).map(({ told }) => told);
  }

  /**
   * Calls a tool; a command that has a key or an approval once, however often it is asked for. Throws ProtocolError
   * where this user has no tool of that name, and what the approvals or the preview throw; all else is a result.
   */
  async call({ name, args, user, session, signal }: AskedCall): Promise<CallToolResult> {
    const offered = this.#offered.get(name);
    if (offered === undefined || user.user === undefined || !mayUse(offered.tool, user))
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, 'there is no such tool');
    const { tool, told } = offered;
    const { key, input } = partsOf(tool, args);
    if (!key.success) return refused('input', `${KEY_ARGUMENT} must be 1 to 200 visible ASCII characters`);
    const principal = delegatePrincipal(GATEWAY, user);
    const judged = this.#parts.govern({
      tool,
      toolUse: { type: 'tool-use', id: 'mcp', name, input },
      principal,
      untrusted: true,
      callsOfTool: 0,
    });
    if (judged.verdict === 'refuse') return refusalOf(judged);
    const id = key.data === undefined ? randomUUID() : derivedId(user.user, JSON.stringify(['mcp', name, key.data]));
    const idIsChosen = key.data !== undefined;
    const call: GovernedCall = { tool, input: judged.input, id, idIsChosen, principal, signal };
    const approved =
      judged.verdict === 'run'
        ? { call }
        : await askFirst(this.#parts, { call, owner: user.user, session, why: judged.why, key: key.data });
    if ('answer' in approved) return approved.answer;
    return resultOf(await this.#parts.sender.call(approved.call), told.outputSchema !== undefined);
  }
}

/** The key is an argument of commands alone: a query that has one is refused by its schema. */
function partsOf(tool: Tool, args: AskedCall['args']) {
  if (tool.kind === 'read') return { key: idempotencyKey.optional().safeParse(undefined), input: args };
  const { [KEY_ARGUMENT]: key, ...input } = args;
  return { key: idempotencyKey.optional().safeParse(key), input };
}

function refusalOf({ type, why, problems }: Extract<Judgement, { verdict: 'refuse' }>): CallToolResult {
  return refused(type, why, problems === undefined ? {} : { problems });
}
