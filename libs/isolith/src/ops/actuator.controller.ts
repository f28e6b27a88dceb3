import type { RelayStatus } from '@isolith/journal';
import { JournalHost } from '@isolith/journal/nest';
import { type ResilienceState, ResilienceRegistry } from '@isolith/resilience';
import type { SagaSummary } from '@isolith/saga';
import { SagaStatus } from '@isolith/saga/nest';
import { Controller, Get, Optional, Query } from '@nestjs/common';
import { z } from 'zod';
import { HostReport, type HostTopology } from '../host/host-report.js';
import { listQuery } from '../http/lists.js';
import { OperatorsOnly } from '../http/route-access.js';

const sagaQuery = listQuery.pick({ limit: true }).extend({
  name: z.string().optional(),
  id: z.string().optional(),
  status: z.enum(['running', 'compensating', 'completed', 'compensated', 'needs-attention']).optional(),
});
type SagaOfContext = SagaSummary & { readonly context: string };
type SagaQuery = z.output<typeof sagaQuery>;

/** What operators look at, on every host, about that host. */
@OperatorsOnly()
@Controller('actuator')
export class ActuatorController {
  constructor(
    private readonly report: HostReport,
    private readonly resilience: ResilienceRegistry,
    private readonly journal: JournalHost,
    // Absent on a host whose contexts have no sagas.
    @Optional() private readonly sagaStatus?: SagaStatus,
  ) {}

  @Get('topology')
  topology(): HostTopology {
    return this.report.topology();
  }

  @Get('circuitbreakers')
  circuitBreakers(): { readonly items: readonly ResilienceState[] } {
    return { items: this.resilience.all().map((policies) => policies.state()) };
  }

  /** The youngest sagas of this host's contexts, `limit` of each context. */
  @Get('sagas')
  async sagas(@Query({ schema: sagaQuery }) { limit, name, id, status }: SagaQuery): Promise<{ readonly items: readonly SagaOfContext[] }> {
    const filter = { ...(name === undefined ? {} : { name }), ...(id === undefined ? {} : { id }), ...(status === undefined ? {} : { status }) };
    const known = this.sagaStatus;
    if (known === undefined) return { items: [] };
    const lists = await Promise.all(known.contexts().map(async (context) =>
      (await known.list(context, filter, limit)).map((summary) => ({ context, ...summary }))));
    return { items: lists.flat() };
  }

  /** How far each subscription has been served from the journals of this host. */
  @Get('projections')
  async projections(): Promise<{ readonly items: readonly RelayStatus[] }> {
    return { items: await this.journal.status() };
  }
}
