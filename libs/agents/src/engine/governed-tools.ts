import type { Principal } from '@isolith/contracts';
import type { Agent } from '../agent/agent.js';
import type { ToolUse } from '../model/model-message.js';

/** A call that a model asks for, and what is known of the run at this moment. */
export interface AskedCall {
  readonly agent: Agent;
  readonly use: ToolUse;
  /** Whom the run acts for: a delegate, with the roles of this moment. */
  readonly principal: Principal;
  /** The run has read text that somebody else wrote. */
  readonly untrusted: boolean;
  /** How often the tool was called in this run, with the calls of this answer that come before. */
  readonly callsOfTool: number;
  /** Of the call, should it be made. */
  readonly id: string;
}

/** What is to become of a call. `run` is done at once, `approve` waits for its user, `refuse` never happens. */
export interface Judged {
  readonly verdict: 'run' | 'approve' | 'refuse';
  /** For people, and for the model where it is refused. */
  readonly why: string;
  /** What the command would do, where its tool can say. */
  readonly preview?: unknown;
}

/** A call that is to be made. */
export interface DueCall {
  readonly agent: Agent;
  readonly use: ToolUse;
  /** Of the message that is sent: the same whenever the call is made again. */
  readonly id: string;
  readonly principal: Principal;
  /** Its user has agreed to it, by an approval that was used for it. */
  readonly approved: boolean;
  readonly signal: AbortSignal;
  /** All that a run sends is found under it. */
  readonly correlationId: string;
}

/** What became of a call. `unknown`: it may have had its effect; asked again with its id it says which. */
export interface CallMade {
  readonly outcome: 'done' | 'failed' | 'unknown' | 'refused';
  /** JSON text for the model, without what is personal. */
  readonly content: string;
  /** It holds text that somebody else wrote. */
  readonly untrusted: boolean;
  /** The same call with the same id may go better. */
  readonly retryable?: boolean;
}

/**
 * The tools of an agent as a run uses them. Implementers owe: a verdict for whatever a model may ask for, a tool that
 * there is none of included; one attempt per call, sent under the call's id as its principal. Not their job: repeating
 * a call, remembering verdicts and approvals.
 */
export interface GovernedTools {
  judge(asked: AskedCall): Promise<Judged>;
  call(due: DueCall): Promise<CallMade>;
}
