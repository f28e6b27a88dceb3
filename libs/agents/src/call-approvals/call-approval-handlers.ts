import { ForbiddenError, GATEWAY } from '@isolith/contracts';
import { UnitOfWork } from '@isolith/journal';
import { currentPrincipal, currentUser } from '@isolith/message-bus';
import { type Provider } from '@nestjs/common';
import { CommandHandler, QueryHandler } from '@nestjs/cqrs';
import type { CallApproval } from './call-approvals.js';
import { callApprovalMessagesOf, type OpenCall } from './call-approval-messages.js';
import { CallApprovalRows } from './call-approval-rows.js';

/**
 * The person who is signed in. Whoever speaks for a user does not decide in their place, and asks for nothing: a
 * context acts by itself, and a delegate does what a model wants.
 */
function person(): string {
  const { service, delegate } = currentPrincipal();
  if (service !== GATEWAY || delegate !== undefined)
    throw new ForbiddenError('only a person who is signed in may do this');
  return currentUser();
}

/** What a context answers about approvals of calls. Its module provides UnitOfWork and CallApprovalRows. */
export function callApprovalHandlers(context: string): Provider[] {
  const {
    AskForCall,
    TakeCallApproval,
    DecideOnCall,
    ListCallsToApprove,
    TooManyCalls,
    CallNotFound,
    CallOver,
    AskedHere,
  } = callApprovalMessagesOf(context);
  type Asked = InstanceType<typeof AskForCall>;
  type Which = InstanceType<typeof TakeCallApproval>;
  type Decision = InstanceType<typeof DecideOnCall>;

  @CommandHandler(AskForCall)
  class AskForCallHandler {
    constructor(
      private readonly unit: UnitOfWork,
      private readonly rows: CallApprovalRows,
    ) {}

    execute({ session, tool, title, inputJson, digest, isKeyed, why, previewJson }: Asked): Promise<CallApproval> {
      const owner = person();
      return this.unit.run(async () => {
        const call = { owner, session, tool, title, inputJson, digest, isKeyed, why, previewJson };
        const approval = await this.rows.ask(call);
        if (approval === undefined) throw new TooManyCalls({});
        return approval;
      });
    }
  }

  @CommandHandler(TakeCallApproval)
  class TakeCallApprovalHandler {
    constructor(
      private readonly unit: UnitOfWork,
      private readonly rows: CallApprovalRows,
    ) {}

    execute({ id }: Which): Promise<{ taken: boolean }> {
      const owner = person();
      return this.unit.run(async () => ({ taken: await this.rows.take(id, owner) }));
    }
  }

  @CommandHandler(DecideOnCall)
  class DecideOnCallHandler {
    constructor(
      private readonly unit: UnitOfWork,
      private readonly rows: CallApprovalRows,
    ) {}

    async execute({ id, session, approved }: Decision): Promise<void> {
      const owner = person();
      await this.unit.run(async () => {
        const became = await this.rows.decide(id, owner, { approved, session });
        if (became === 'not-found') throw new CallNotFound({ id });
        if (became === 'asked-here') throw new AskedHere({});
        if (became === 'over') throw new CallOver({ id });
      });
    }
  }

  @QueryHandler(ListCallsToApprove)
  class ListCallsToApproveHandler {
    constructor(private readonly rows: CallApprovalRows) {}

    async execute(): Promise<{ items: OpenCall[] }> {
      return { items: await this.rows.open(person()) };
    }
  }

  return [AskForCallHandler, TakeCallApprovalHandler, DecideOnCallHandler, ListCallsToApproveHandler];
}
