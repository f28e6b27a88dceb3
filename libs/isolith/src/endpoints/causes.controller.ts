import { Controller, Get, Param } from '@nestjs/common';
import { z } from 'zod';
import { OperatorsOnly } from '../http/route-access.js';
import { AskContexts, type Unreachable } from '../operations/ask-contexts.js';
import { causeMessagesOf, MOST_CAUSES, type cause } from '../operations/cause-messages.js';
import { operatorText } from '../operations/operator-text.js';

const path = z.object({ correlationId: operatorText });

type Found = z.output<typeof cause> & { readonly context: string };
type Cause = Omit<Found, 'sent'>;

/** What one request led to, in every context. */
@OperatorsOnly()
@Controller('actuator/causes')
export class CausesController {
  constructor(private readonly ask: AskContexts) {}

  /**
   * Commands, events, sagas and their steps of one correlation id, the oldest first, each with what led to it as far as
   * that is known; at most 1,000, and `more` when there are others.
   */
  @Get(':correlationId')
  async list(
    @Param({ schema: path }) { correlationId }: z.output<typeof path>,
  ): Promise<{ correlationId: string; items: Cause[]; more?: true; unreachable: Unreachable[] }> {
    let isPart = false;
    const { items, unreachable } = await this.ask.all(
      this.ask.contexts(),
      (context) => new (causeMessagesOf(context).ListCauses)({ correlationId }),
      ({ items: found, more }, context) => {
        isPart ||= more;
        return found.map((one): Found => ({ ...one, context }));
      },
    );
    const all = linked(items);
    return {
      correlationId,
      items: all.slice(0, MOST_CAUSES),
      ...(isPart || all.length > MOST_CAUSES ? { more: true } : {}),
      unreachable,
    };
  }
}

/** A command knows nothing of the step that sent it, but the step knows by which ids it may have. */
function linked(found: readonly Found[]): readonly Cause[] {
  const senders = new Map(found.flatMap(({ id: step, sent = [] }) => sent.map((id) => [id, step])));
  return found
    .map(({ sent: _, ...one }): Cause => {
      const parent = one.parent ?? (one.kind === 'command' ? senders.get(one.id) : undefined);
      return parent === undefined ? one : { ...one, parent };
    })
    .toSorted((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0));
}
