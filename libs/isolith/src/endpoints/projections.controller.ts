import type { RelayStatus } from '@isolith/journal';
import { JournalHost } from '@isolith/journal/nest';
import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { z } from 'zod';
import { CommandId } from '../http/command-id.js';
import { OperatorsOnly } from '../http/route-access.js';
import { AskContexts, type Unreachable } from '../operations/ask-contexts.js';
import { operatorText, reason } from '../operations/operator-text.js';
import { projectionMessagesOf, type projectionStatus } from '../operations/projection-messages.js';

/** As it is listed: `context.name`. */
const path = z.object({ name: operatorText.regex(/^[^.]+\.[^.]+$/, 'must be context.name') });
const why = z.object({ reason });

type ProjectionOfContext = z.output<typeof projectionStatus> & { readonly context: string };

/** What follows the journals: the subscriptions that this host serves, and the projections of every context. */
@OperatorsOnly()
@Controller('actuator/projections')
export class ProjectionsController {
  constructor(
    private readonly ask: AskContexts,
    private readonly journal: JournalHost,
  ) {}

  /**
   * `items`: how far each subscription has been served from the journals of this host. `projections`: every build of
   * every context, with the progress of those that are being built; contexts that gave no answer are named.
   */
  @Get()
  async list(): Promise<{
    readonly items: readonly RelayStatus[];
    readonly projections: readonly ProjectionOfContext[];
    readonly unreachable: readonly Unreachable[];
  }> {
    const [items, { items: projections, unreachable }] = await Promise.all([
      this.journal.status(),
      this.ask.all(
        this.ask.contexts(),
        (context) => new (projectionMessagesOf(context).ListProjections)({}),
        (found, context) => found.items.map((build) => ({ context, ...build })),
      ),
    ]);
    return { items, projections, unreachable };
  }

  /** Builds a projection anew beside the one that answers; it takes that one's place when it has caught up. */
  @Post(':name/rebuild')
  @HttpCode(202)
  async rebuild(
    @Param({ schema: path }) { name: full }: z.output<typeof path>,
    @Body({ schema: why }) { reason: because }: z.output<typeof why>,
    @CommandId() commandId: string,
  ): Promise<void> {
    const [context = '', name = ''] = full.split('.');
    const { RebuildProjection } = projectionMessagesOf(this.ask.context(context));
    await this.ask.tell(new RebuildProjection({ name, reason: because }), commandId);
  }
}
