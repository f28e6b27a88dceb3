import { ContractSender } from '@isolith/isolith';
import { commandIdOf, CurrentUser, OperatorsOnly, problemOf, type Problem } from '@isolith/isolith/http';
import type { Principal } from '@isolith/contracts';
import { Body, Controller, Headers, HttpCode, Param, Post } from '@nestjs/common';
import { z } from 'zod';

const contractPath = z.object({ name: z.string().min(1).max(200) });
const sent = z.object({ input: z.record(z.string(), z.unknown()), idempotencyKey: z.string().optional() });

/** How the message ended: with what its contract answers, or with why there is no answer. */
interface Sent {
  readonly outcome: 'answered' | 'failed';
  readonly output?: unknown;
  readonly problem?: Problem;
}

/** Messages that an operator sends by hand; only where CONSOLE_SEND lets him. */
@OperatorsOnly()
@Controller('actuator/contracts')
export class SendingController {
  constructor(private readonly sender: ContractSender) {}

  /**
   * As the operator: the context checks his input and him. Under one key (`idempotencyKey`, else the header
   * `Idempotency-Key`) a command has its effect once.
   */
  @Post(':name')
  @HttpCode(200)
  async send(
    @Param({ schema: contractPath }) { name }: z.output<typeof contractPath>,
    @Body({ schema: sent }) { input, idempotencyKey }: z.output<typeof sent>,
    @CurrentUser() { user }: Principal,
    @Headers('idempotency-key') header: string | undefined,
  ): Promise<Sent> {
    const id = commandIdOf({ user, route: `POST /actuator/contracts/${name}`, key: idempotencyKey ?? header });
    const ended = await this.sender.send(name, input, id);
    if (ended.outcome === 'answered') return ended;
    return { outcome: 'failed', problem: problemOf(ended.thrown) };
  }
}
