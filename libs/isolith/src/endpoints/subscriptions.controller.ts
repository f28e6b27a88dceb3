import { MessageRouter } from '@isolith/message-bus';
import { Body, Controller, HttpCode, NotFoundException, Param, Post } from '@nestjs/common';
import { z } from 'zod';
import { CommandId } from '../http/command-id.js';
import { OperatorsOnly } from '../http/route-access.js';
import { AskContexts } from '../operations/ask-contexts.js';
import { effectsMessagesOf, rewindTo, type rewindPlan } from '../operations/effects-messages.js';
import { operatorText, reason } from '../operations/operator-text.js';

const path = z.object({ name: operatorText });
const body = z.object({
  /** Whose events; all that the subscription takes of, when absent. */
  producer: operatorText.optional(),
  to: rewindTo,
  reason,
  /** Without it the answer only says what would happen. */
  apply: z.boolean().default(false),
});

/** Subscriptions of every context: how events come to be handed over again. */
@OperatorsOnly()
@Controller('actuator/subscriptions')
export class SubscriptionsController {
  constructor(
    private readonly ask: AskContexts,
    private readonly router: MessageRouter,
  ) {}

  /**
   * Sets a subscription (`context.subscription`) back in the journals whose events it takes: what is behind that is
   * handed over again, and what its consumer has dealt with has no second effect. The context of each journal keeps who
   * did it and why.
   */
  @Post(':name/rewind')
  @HttpCode(200)
  async rewind(
    @Param({ schema: path }) { name }: z.output<typeof path>,
    @Body({ schema: body }) { producer: only, to, reason: because, apply }: z.output<typeof body>,
    @CommandId() commandId: string,
  ): Promise<{ items: ({ producer: string } & z.output<typeof rewindPlan>)[] }> {
    const info = this.router.subscriptions().find(({ context, subscription }) => `${context}.${subscription}` === name);
    const producers = [...new Set(info?.events.map(({ context }) => context))].filter(
      (context) => only === undefined || context === only,
    );
    if (info === undefined || producers.length === 0)
      throw new NotFoundException(
        `there is no subscription ${name}${only === undefined ? '' : ` to events of ${only}`}`,
      );
    const items: ({ producer: string } & z.output<typeof rewindPlan>)[] = [];
    for (const producer of producers) {
      const { RewindSubscription } = effectsMessagesOf(this.ask.context(producer));
      const { context: consumer, subscription } = info;
      const rewind = new RewindSubscription({ consumer, subscription, to, reason: because, apply });
      items.push({ producer, ...(await this.ask.tell(rewind, `${commandId}-${producer}`)) });
    }
    return { items };
  }
}
