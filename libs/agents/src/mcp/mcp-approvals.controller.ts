import { CommandId, CurrentSession, SignedIn } from '@isolith/isolith/http';
import { withOptions } from '@isolith/message-bus';
import { Body, Controller, Get, HttpCode, Param, Post, type Type } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { z } from 'zod';
import { sessionName } from '../call-approvals/call-approvals.js';
import { callApprovalMessagesOf, type OpenCall } from '../call-approvals/call-approval-messages.js';

const path = z.object({ id: z.uuid().toLowerCase() });
const decision = z.object({ approved: z.boolean() });

export const APPROVALS_PATH = '/mcp/approvals';

/** Where a person sees and decides what waits for them, kept by this context. No part of the protocol. */
export function approvalsController(context: string): Type {
  const { DecideOnCall, ListCallsToApprove } = callApprovalMessagesOf(context);

  @SignedIn()
  @Controller(APPROVALS_PATH)
  class McpApprovalsController {
    constructor(
      private readonly commands: CommandBus,
      private readonly queries: QueryBus,
    ) {}

    /** What waits for the signed-in user, the oldest first. */
    @Get()
    list(): Promise<{ readonly items: readonly OpenCall[] }> {
      return this.queries.execute(new ListCallsToApprove({}));
    }

    /** Once, and in another session than has asked for it; the call is made when the client asks for it again. */
    @Post(':id')
    @HttpCode(204)
    async decide(
      @Param({ schema: path }) { id }: z.output<typeof path>,
      @Body({ schema: decision }) { approved }: z.output<typeof decision>,
      @CurrentSession() session: string,
      @CommandId() commandId: string,
    ): Promise<void> {
      await this.commands.execute(
        withOptions(new DecideOnCall({ id, approved, session: sessionName(session) }), { id: commandId }),
      );
    }
  }
  return McpApprovalsController;
}
