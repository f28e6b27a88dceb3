import { SignedIn } from '@isolith/isolith/http';
import { Controller, Get } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { Reconcile, Reconciliation } from '../payments.contract.js';

@ApiTags('payments')
@ApiBearerAuth()
@SignedIn()
@Controller('v1/payments/reconciliation')
export class ReconcileRoute {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @ApiOperation({ summary: "Compare the payment provider's own ledger with the orders (support)" })
  @ApiOkResponse({ standardSchema: Reconciliation })
  reconcile(): Promise<z.output<typeof Reconciliation>> {
    return this.queries.execute(new Reconcile({}));
  }
}
