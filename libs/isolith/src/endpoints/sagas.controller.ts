import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { z } from 'zod';
import { CommandId } from '../http/command-id.js';
import { listQuery } from '../http/lists.js';
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

const sagaQuery = listQuery.pick({ limit: true }).extend({ ...sagaFilter.shape, context: operatorText.optional() });
const sagaPath = z.object({ context: operatorText, name: operatorText, id: operatorText });
const actionPath = sagaPath.extend({ action: sagaAction });
const why = z.object({ reason });

type SagaOfContext = z.output<typeof sagaSummary> & { readonly context: string };

/** The sagas of every context, wherever it runs. */
@OperatorsOnly()
@Controller('actuator/sagas')
export class SagasController {
  constructor(private readonly ask: AskContexts) {}

  /** The youngest of each context, `limit` of each; contexts that gave no answer are named. */
  @Get()
  list(
    @Query({ schema: sagaQuery }) { context: only, limit, ...filter }: z.output<typeof sagaQuery>,
  ): Promise<{ items: SagaOfContext[]; unreachable: Unreachable[] }> {
    return this.ask.all(
      this.ask.contexts(only),
      (context) => new (sagaMessagesOf(context).ListSagas)({ filter, limit }),
      ({ items }, context) => items.map((saga) => ({ context, ...saga })),
    );
  }

  /** One saga with its timeline. */
  @Get(':context/:name/:id')
  async show(
    @Param({ schema: sagaPath }) { context, name, id }: z.output<typeof sagaPath>,
  ): Promise<{ context: string } & z.output<typeof sagaDetail>> {
    const { ShowSaga } = sagaMessagesOf(this.ask.context(context));
    return { context, ...(await this.ask.one(new ShowSaga({ name, id }))) };
  }

  /** Moves a saga that needs attention on: `retry`, `skip` or `take-over`. */
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
