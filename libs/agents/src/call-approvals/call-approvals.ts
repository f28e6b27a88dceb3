import { derivedId } from '@isolith/message-bus';
import type { ToolInput } from '../tools/tool.js';

/** What a session is called where approvals are kept: it can't be told from it. */
export const sessionName = (session: string): string => derivedId('session of a call to approve', session);

/** A call of a tool that somebody has to agree to before it is made. */
export interface CallToApprove {
  /** On whose behalf it is asked for, and who alone may decide. */
  readonly owner: string;
  /** Names the session that it is asked for in. Whoever agrees is signed in to another: a program has one alone. */
  readonly session: string;
  readonly tool: string;
  readonly title: string;
  /** What would be sent, checked: it is what is decided on. */
  readonly input: ToolInput;
  /** Of tool, input and key: calls of one owner with one digest are one call. At most 100 characters. */
  readonly digest: string;
  /** It has a key of its sender's: made again after its approval was used, it is answered as it was then. */
  readonly isKeyed: boolean;
  /** Why it is not done without being asked, for people. */
  readonly why: string;
  /** What it would do, where its tool can say. */
  readonly preview?: unknown;
}

/** An approval as it stands. `refused`: by its owner, or because nobody decided in time. */
export interface CallApproval {
  readonly id: string;
  readonly status: 'open' | 'approved' | 'refused' | 'used';
  /** RFC 3339: what is not decided by then is over, and what was approved may not be used any more. */
  readonly until: string;
}

/**
 * The approvals of calls that belong to no agent run. They are rows: nothing that a client sends decides.
 *
 * Implementers owe: decisions by the owner alone, signed in to no session that has asked for the call; at most one
 * approval at a time for each owner and digest; a bound of open ones for each owner, beyond which `ask` throws a
 * Failure; `take` that is true once, whoever else takes it at the same time. Not their job: whether a call needs an
 * approval, and making it.
 */
export abstract class CallApprovals {
  /**
   * The approval of this call: the one that is open, approved or refused and whose time has not come; of a call with a
   * key also the one that was used; else a new one, which is open.
   */
  abstract ask(call: CallToApprove): Promise<CallApproval>;

  /** Uses an approval up, once. False where it is not approved, or no longer. */
  abstract take(id: string, owner: string): Promise<boolean>;
}
