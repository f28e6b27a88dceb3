import type { ToolAnswer } from '../../tools/tool-answer.js';
import type { ToolCall } from '../../tools/tool-calls.js';

/** A call that was judged, as it is made: as the user's delegate. */
export type GovernedCall = Pick<ToolCall, 'tool' | 'input' | 'id' | 'idIsChosen' | 'principal' | 'signal'>;

/**
 * Makes calls. Implementers owe: neither throws for what became of a message; a command that is sent again with its id
 * has no second effect; what is personal is masked; a preview changes nothing, and is undefined where its tool has
 * none. Not their job: whether a call may be made.
 */
export abstract class ToolSender {
  abstract call(call: GovernedCall): Promise<ToolAnswer>;
  abstract preview(call: GovernedCall): Promise<ToolAnswer | undefined>;
}
