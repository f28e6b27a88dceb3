import { Controller, Get, Inject } from '@nestjs/common';
import { HostReport, type HostTopology } from '../report/host-report.js';
import { HostPresence } from '../topology/host-presence.js';
import { type Topology, topologyOf } from '../topology/topology.js';
import { HOST_CONFIG } from '../config/tokens.js';
import type { HostConfig } from '../config/host-config.js';
import { OperatorsOnly } from '../http/route-access.js';

/** What operators look at, on every host: about that host, and what it knows of the others. */
@OperatorsOnly()
@Controller('actuator')
export class ActuatorController {
  constructor(
    private readonly report: HostReport,
    private readonly presence: HostPresence,
    @Inject(HOST_CONFIG) private readonly config: HostConfig,
  ) {}

  /** This host as it told in its log, and all hosts as it has heard of them. */
  @Get('topology')
  topology(): HostTopology & Topology {
    const { application, placement } = this.config;
    return {
      ...this.report.topology(),
      ...topologyOf(this.presence.self, this.presence.all(), application.names, placement.here),
    };
  }
}
