import { GATEWAY } from '@isolith/contracts';
import { currentTraceparent, requireScope } from '@isolith/message-bus';
import { Injectable, Logger } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type { ToolAnswer } from '../../tools/tool-answer.js';
import { type ToolCall, ToolCalls } from '../../tools/tool-calls.js';
import { type GovernedCall, ToolSender } from './governed-call.js';

/** Sends from the HTTP edge, with what ties a message to the request that asked for it. */
@Injectable()
export class GatewaySender extends ToolSender {
  readonly #log = new Logger('mcp');
  readonly #calls: ToolCalls;

  constructor(commands: CommandBus, queries: QueryBus) {
    super();
    this.#calls = new ToolCalls({
      context: GATEWAY,
      buses: { commands, queries },
      onError: (error, tool) => this.#log.error({ message: 'a call of a tool failed', tool, err: error }),
    });
  }

  call(call: GovernedCall): Promise<ToolAnswer> {
    return this.#calls.call(traced(call));
  }

  preview(call: GovernedCall): Promise<ToolAnswer | undefined> {
    return this.#calls.preview(traced(call));
  }
}

function traced(call: GovernedCall): ToolCall {
  const traceparent = currentTraceparent();
  return {
    ...call,
    correlationId: requireScope().correlationId,
    ...(traceparent === undefined ? {} : { traceparent }),
  };
}
