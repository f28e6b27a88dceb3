import type { RelayStatus } from '@isolith/journal';
import { JournalHost } from '@isolith/journal/nest';
import { type ResilienceState, ResilienceRegistry } from '@isolith/resilience';
import { Controller, Get } from '@nestjs/common';
import { HostReport, type HostTopology } from '../host/host-report.js';
import { OperatorsOnly } from '../http/route-access.js';

/** What operators look at, on every host, about that host. */
@OperatorsOnly()
@Controller('actuator')
export class ActuatorController {
  constructor(
    private readonly report: HostReport,
    private readonly resilience: ResilienceRegistry,
    private readonly journal: JournalHost,
  ) {}

  @Get('topology')
  topology(): HostTopology {
    return this.report.topology();
  }

  @Get('circuitbreakers')
  circuitBreakers(): { readonly items: readonly ResilienceState[] } {
    return { items: this.resilience.all().map((policies) => policies.state()) };
  }

  /** How far each subscription has been served from the journals of this host. */
  @Get('projections')
  async projections(): Promise<{ readonly items: readonly RelayStatus[] }> {
    return { items: await this.journal.status() };
  }
}
