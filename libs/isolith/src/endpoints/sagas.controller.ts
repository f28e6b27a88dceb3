import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { z } from 'zod';
import { CommandId } from '../http/command-id.js';
import { OperatorsOnly } from '../http/route-access.js';
import { AskContexts, type Unreachable } from '../operations/ask-contexts.js';
import { operatorText, reason } from '../operations/operator-text.js';
import {
  sagaAction,
  sagaFilter,
  sagaMessagesOf,
  type sagaDetail,
  type sagaSummary,
} from '../operations/saga-messages.js';
import { pagesOfContexts } from './pages-of-contexts.js';

const sagaQuery = pagesOfContexts(sagaFilter.shape, z.string().min(1).max(2_000));
const sagaPath = z.object({ context: operatorText, name: operatorText, id: operatorText });
const actionPath = sagaPath.extend({ action: sagaAction });
const why = z.object({ reason });

type SagaOfContext = z.output<typeof sagaSummary> & { readonly context: string };

/** The sagas of every context, wherever it runs. */
@OperatorsOnly()
@Controller('actuator/sagas')
export class SagasController {
  constructor(private readonly ask: AskContexts) {}

  /**
   * The youngest of each context, `limit` of each; those of one context go on behind `nextCursor`. Contexts that gave
   * no answer are named.
   */
  @Get()
  async list(
    @Query({ schema: sagaQuery }) { context: only, limit, cursor, ...filter }: z.output<typeof sagaQuery>,
  ): Promise<{ items: SagaOfContext[]; nextCursor?: string; unreachable: Unreachable[] }> {
    let next: string | undefined;
    const answers = await this.ask.all(
      this.ask.contexts(only),
      (context) =>
        new (sagaMessagesOf(context).ListSagas)({ filter, limit, ...(cursor === undefined ? {} : { cursor }) }),
      ({ items, nextCursor }, context) => {
        if (only !== undefined) next = nextCursor;
        return items.map((saga) => ({ context, ...saga }));
      },
    );
    return { ...answers, ...(next === undefined ? {} : { nextCursor: next }) };
  }

  /** One saga with its timeline. */
  @Get(':context/:name/:id')
  async show(
    @Param({ schema: sagaPath }) { context, name, id }: z.output<typeof sagaPath>,
  ): Promise<{ context: string } & z.output<typeof sagaDetail>> {
    const { ShowSaga } = sagaMessagesOf(this.ask.context(context));
    return { context, ...(await this.ask.one(new ShowSaga({ name, id }))) };
  }

  /**
   * `retry`, `skip` or `take-over` one that needs attention; `compensate` turns one back that has not come to its
   * pivot.
   */
  @Post(':context/:name/:id/:action')
  @HttpCode(200)
  async operate(
    @Param({ schema: actionPath }) { context, name, id, action }: z.output<typeof actionPath>,
    @Body({ schema: why }) { reason: because }: z.output<typeof why>,
    @CommandId() commandId: string,
  ): Promise<{ status: string }> {
    const { OperateSaga } = sagaMessagesOf(this.ask.context(context));
    return { status: await this.ask.tell(new OperateSaga({ name, id, action, reason: because }), commandId) };
  }
}
