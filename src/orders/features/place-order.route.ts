import type { ServerResponse } from 'node:http';
import { IsolithError, steadyNow } from '@isolith/contracts';
import { CommandId, SignedIn } from '@isolith/isolith/http';
import { withOptions } from '@isolith/message-bus';
import { HostLifecycle } from '@isolith/message-bus/nest';
import { Body, Controller, Headers, HttpCode, Post, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiAcceptedResponse, ApiBearerAuth, ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { GetOrder, OrderStatus, OrderView, PlaceOrder, placeOrderInput } from '../orders.contract.js';
import { contractAddress, postalAddress } from './postal-address.route.js';
import { awaitOrder } from './await-order.route.js';
import { LONGEST_WAIT_S, preferredWait } from './prefer-wait.route.js';

const order = placeOrderInput.extend({ address: postalAddress });
type NewOrder = z.output<typeof order>;
const Accepted = z.object({ id: z.uuid(), status: OrderStatus });

/** A look that begins at the end of the time still gets this long. */
const SHORTEST_LOOK_MS = 250;

/** What this route needs of the framework's reply. */
interface Reply {
  readonly raw: ServerResponse;
  status(code: number): unknown;
  header(name: string, value: string): unknown;
}

@ApiTags('orders')
@ApiBearerAuth()
@SignedIn()
@Controller('v1/orders')
export class PlaceOrderRoute {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly host: HostLifecycle,
  ) {}

  @Post()
  @HttpCode(202)
  @ApiOperation({ summary: 'Place an order; its checkout goes on after the answer' })
  @ApiHeader({
    name: 'Prefer',
    required: false,
    description: `\`wait=N\`: answer when the checkout has ended, at most N seconds (${LONGEST_WAIT_S} at most) later`,
  })
  @ApiAcceptedResponse({
    standardSchema: Accepted,
    description: 'The checkout has not ended yet',
    headers: { Location: { schema: { type: 'string' } } },
  })
  @ApiOkResponse({ standardSchema: OrderView, description: 'The checkout has ended' })
  async place(
    @Body({ schema: order }) { address, ...rest }: NewOrder,
    @CommandId({ required: true }) id: string,
    @Headers('prefer') prefer: string | undefined,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<z.output<typeof Accepted> | OrderView> {
    const { orderId } = await this.commands.execute(
      withOptions(new PlaceOrder({ ...rest, address: contractAddress(address) }), { id }),
    );
    reply.header('Location', `/v1/orders/${orderId}`);
    const seconds = preferredWait(prefer);
    if (seconds === 0) return { id: orderId, status: 'pending' };
    reply.header('Preference-Applied', `wait=${seconds}`);
    const order = await this.ended(orderId, seconds, reply.raw);
    if (order === undefined || order.status === 'pending') return { id: orderId, status: 'pending' };
    reply.status(200);
    return order;
  }

  /** The order when its checkout has ended or the time is up. It is placed, whether or not it can be looked at. */
  private async ended(orderId: string, seconds: number, response: ServerResponse): Promise<OrderView | undefined> {
    const endsAt = steadyNow() + seconds * 1_000;
    const look = (): Promise<OrderView> =>
      this.queries.execute(
        withOptions(new GetOrder({ orderId }), {
          timeoutMs: Math.max(SHORTEST_LOOK_MS, Math.ceil(endsAt - steadyNow())),
        }),
      );
    try {
      return await awaitOrder(look, this.patience(response, seconds));
    } catch (error) {
      if (error instanceof IsolithError && error.retryable) return undefined;
      throw error;
    }
  }

  /**
   * Aborts when the time is up, the client is gone or the host stops: then nobody is kept waiting, and nothing is kept.
   */
  private patience(response: ServerResponse, seconds: number): AbortSignal {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    return AbortSignal.any([AbortSignal.timeout(seconds * 1_000), gone.signal, this.host.draining]);
  }
}
