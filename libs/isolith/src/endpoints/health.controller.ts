import {
  type ArgumentsHost,
  Catch,
  Controller,
  type ExceptionFilter,
  Get,
  ServiceUnavailableException,
  UseFilters,
} from '@nestjs/common';
import {
  type HealthCheckResult,
  HealthCheckService,
  type HealthIndicatorResult,
  HealthIndicatorService,
} from '@nestjs/terminus';
import type { FastifyReply } from 'fastify';
import { Public } from '../http/route-access.js';
import { HostHealth } from './host-health.js';

const PROBE_TIMEOUT_MS = 2_000;
/** Anyone may ask, as often as they like. */
const PROBE_EVERY_MS = 1_000;

/** An unready host answers what it is that is down, not a problem document. */
@Catch(ServiceUnavailableException)
class NotReadyFilter implements ExceptionFilter<ServiceUnavailableException> {
  catch(notReady: ServiceUnavailableException, host: ArgumentsHost): void {
    void host
      .switchToHttp()
      .getResponse<FastifyReply>()
      .status(503)
      .header('retry-after', '1')
      .send(notReady.getResponse());
  }
}

@Public()
@Controller('health')
export class HealthController {
  constructor(
    private readonly health: HostHealth,
    private readonly checks: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
  ) {}

  /** The process answers; a host that drains is alive. */
  @Get('live')
  live(): { readonly status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('ready')
  @UseFilters(NotReadyFilter)
  ready(): Promise<HealthCheckResult> {
    return this.checks.check([
      () => this.#host(),
      this.indicators
        .check('databases')
        .attempt(() => this.health.checkDatabases())
        .withTimeout(PROBE_TIMEOUT_MS)
        .cacheFor(PROBE_EVERY_MS),
      () => this.#horizon(),
      this.indicators.check('consumers').attempt(() => this.health.checkConsumers()),
      () => this.#impairments(),
    ]);
  }

  #host(): HealthIndicatorResult {
    const { phase } = this.health;
    const host = this.indicators.check('host');
    return phase === 'started' ? host.up({ phase }) : host.down({ phase });
  }

  /** Each with why, for how long and where to look; one that another replica could do better makes the host unready. */
  #impairments(): HealthIndicatorResult {
    const items = this.health.impaired.map(({ seconds, detail: _, ...what }) => ({
      ...what,
      seconds: Math.floor(seconds),
    }));
    const impairments = this.indicators.check('impairments');
    if (items.length === 0) return impairments.up();
    return items.some(({ effect }) => effect === 'not-ready')
      ? impairments.down({ items })
      : impairments.degraded({ items });
  }

  /** Impaired, not down: whoever stopped this host for it would only make the events later. */
  async #horizon(): Promise<HealthIndicatorResult> {
    const horizon = this.indicators.check('horizon');
    const found = await horizon
      .attempt(async () => ({ held: await this.health.heldBack() }))
      .withTimeout(PROBE_TIMEOUT_MS)
      .cacheFor(PROBE_EVERY_MS);
    const { status, ...detail } = found.horizon;
    if (status !== 'up') return horizon.degraded({ message: 'the oldest open transaction could not be looked up' });
    const held = 'held' in detail && Array.isArray(detail.held) ? detail.held : [];
    return held.length === 0 ? horizon.up() : horizon.degraded({ message: held.join('; ') });
  }
}
