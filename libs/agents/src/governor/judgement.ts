import type { FieldProblem, Principal } from '@isolith/contracts';
import type { ToolUse } from '../model/model-message.js';
import type { Tool, ToolInput } from '../tools/tool.js';

/** What is judged by. */
export interface Asked {
  /** The tool of exactly this name among those of the agent; undefined when there is none. */
  readonly tool: Tool | undefined;
  /** What the model asks for. */
  readonly toolUse: ToolUse;
  /** Whom the run acts for, with the roles of this moment. It is judged as a delegate, whatever it says. */
  readonly principal: Principal;
  /** The run has read text that somebody else wrote. */
  readonly untrusted: boolean;
  /** Calls of this tool in this run that were not refused, whatever became of them. */
  readonly callsOfTool: number;
}

/** Why a call is refused, for the model and for metrics. */
export type RefusalType = 'unknown-tool' | 'input' | 'access' | 'policy' | 'too-often';

/** What becomes of a call that a model asks for. */
export type Judgement =
  | {
      readonly verdict: 'run' | 'approve';
      /** For people. */
      readonly why: string;
      /** Checked: what is called, and what is shown to whoever approves. */
      readonly input: ToolInput;
    }
  | {
      readonly verdict: 'refuse';
      readonly type: RefusalType;
      readonly why: string;
      /** Where the input does not fit, up to fifty places. */
      readonly problems?: readonly FieldProblem[];
    };

/** Judges calls. It is pure: the same is judged alike, whenever it is judged. It never throws. */
export type Governor = (asked: Asked) => Judgement;
