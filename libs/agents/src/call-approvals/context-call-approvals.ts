import { Injectable } from '@nestjs/common';
import type { CommandBus } from '@nestjs/cqrs';
import { type CallApproval, CallApprovals, type CallToApprove } from './call-approvals.js';
import { callApprovalMessagesOf } from './call-approval-messages.js';

/** The approvals that a context keeps, wherever it runs; asked as the person whose request is being served. */
@Injectable()
export class ContextCallApprovals extends CallApprovals {
  constructor(
    private readonly context: string,
    private readonly commands: CommandBus,
  ) {
    super();
  }

  ask({ session, tool, title, input, digest, isKeyed, why, preview }: CallToApprove): Promise<CallApproval> {
    const { AskForCall } = callApprovalMessagesOf(this.context);
    const previewJson = preview === undefined ? {} : { previewJson: JSON.stringify(preview) };
    return this.commands.execute(
      new AskForCall({ session, tool, title, inputJson: JSON.stringify(input), digest, isKeyed, why, ...previewJson }),
    );
  }

  async take(id: string): Promise<boolean> {
    const { TakeCallApproval } = callApprovalMessagesOf(this.context);
    const { taken } = await this.commands.execute(new TakeCallApproval({ id }));
    return taken;
  }
}
