import type { Principal } from '@isolith/contracts';
import type { Tool, ToolInput } from './tool.js';
import type { ToolAnswer } from './tool-answer.js';

/** One call of a tool, as it was judged. */
export interface ToolCall {
  readonly tool: Tool;
  /** As the governor has read it. */
  readonly input: ToolInput;
  /** The same each time that this call is made: a command with it has its effect once. */
  readonly id: string;
  /** Whom the run acts for; sent as a delegate of the context that keeps the run, whatever it says. */
  readonly principal: Principal;
  /** Ends the waiting: a write that was sent may have its effect all the same. */
  readonly signal: AbortSignal;
  /** The run's, so that what it causes is found together. */
  readonly correlationId?: string;
  /** W3C Trace Context. */
  readonly traceparent?: string;
}

/** What is told of a command or a query in process: `CommandBus` and `QueryBus` of @nestjs/cqrs. */
export interface Buses {
  readonly commands: { execute(command: object): Promise<unknown> };
  readonly queries: { execute(query: object): Promise<unknown> };
}

/** Makes calls of tools, as whom the run acts for and never as more. */
export class ToolCalls {
  constructor(
    readonly context: string,
    readonly buses: Buses,
  ) {}

  call(_call: ToolCall): Promise<ToolAnswer> {
    return Promise.reject(new Error('not yet'));
  }
}
