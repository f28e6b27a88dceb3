import { govern } from '../../governor/govern.js';
import type { Governor } from '../../governor/judgement.js';
import type { ToolUse } from '../../model/model-message.js';
import { ToolCalls, type Buses } from '../../tools/tool-calls.js';
import type { Tool } from '../../tools/tool.js';
import { toolNamed } from '../../tools/tools.js';

/** A call that waits for its user. */
export interface WaitingCall {
  readonly approval: string;
  readonly run: string;
  readonly owner: string;
  readonly toolUse: ToolUse;
  /** Whether it was decided before. */
  readonly used: boolean;
}

/** Somebody's word for an approval. `for`: the call that they speak of, where there is one. */
export interface ApprovalAttempt {
  readonly approval: string;
  readonly run: string;
  readonly by: string;
  readonly of: ToolUse | undefined;
}

/** All that stands between a model and the application. */
export interface Defence {
  readonly find: (tools: readonly Tool[], name: string) => Tool | undefined;
  readonly govern: Governor;
  /** What `AgentRuns.decide` owes: this call, of this run, by its owner, once. */
  readonly accepts: (waiting: WaitingCall, attempt: ApprovalAttempt) => boolean;
  readonly calls: (buses: Buses) => Pick<ToolCalls, 'call'>;
}

/** That of this package. */
export const ownDefence: Defence = {
  find: toolNamed,
  govern,
  accepts: ({ approval, run, owner, used }, attempt) =>
    !used && attempt.approval === approval && attempt.run === run && attempt.by === owner,
  calls: (buses) =>
    new ToolCalls({
      context: 'assistant',
      buses,
      onError: (error) => {
        throw error;
      },
    }),
};
