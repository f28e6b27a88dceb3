import { GATEWAY } from '@isolith/contracts';
import { requireScope, runAs, withOptions } from '@isolith/message-bus';
import { Injectable } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type { ToolAnswer } from '../../tools/tool-answer.js';
import { ToolCalls } from '../../tools/tool-calls.js';
import { type GovernedCall, ToolSender } from './governed-call.js';

/** Sends from the HTTP edge, with the trace of the request. */
@Injectable()
export class GatewaySender extends ToolSender {
  readonly #calls: ToolCalls;

  constructor(
    commands: CommandBus,
    private readonly queries: QueryBus,
  ) {
    super();
    this.#calls = new ToolCalls(GATEWAY, { commands, queries });
  }

  call(call: GovernedCall): Promise<ToolAnswer> {
    return this.#calls.call({ ...call, correlationId: requireScope().correlationId });
  }

  async preview({ tool, input, principal }: GovernedCall): Promise<unknown> {
    if (tool.kind === 'read' || tool.preview === undefined) return undefined;
    const { correlationId } = requireScope();
    const query = withOptions(tool.preview(input), { principal });
    return runAs(GATEWAY, () => this.queries.execute(query), { principal, correlationId });
  }
}
