import type { Principal } from '@isolith/contracts';
import type { Tool, ToolInput } from '../../tools/tool.js';
import type { ToolAnswer } from '../../tools/tool-answer.js';

/** A call that was judged, as it is made. */
export interface GovernedCall {
  readonly tool: Tool;
  /** Checked. */
  readonly input: ToolInput;
  /** Of the message that is sent: a command that is sent again with it has no second effect. */
  readonly id: string;
  /** The user's delegate. */
  readonly principal: Principal;
  readonly signal: AbortSignal;
}

/**
 * Makes calls. Implementers owe: `call` never throws for what became of the message, and masks what is personal; the
 * preview of a call changes nothing, is undefined where its tool has none, and throws what its query throws. Not their
 * job: whether a call may be made.
 */
export abstract class ToolSender {
  abstract call(call: GovernedCall): Promise<ToolAnswer>;
  abstract preview(call: GovernedCall): Promise<unknown>;
}
