import type { LoggerService } from '@nestjs/common';
import { Logger, PinoLogger } from 'nestjs-pino';
import type { Logger as Pino } from 'pino';

/** Nest tells of every module and route that it sets up; the host's own report says it in one line. */
const WIRING: ReadonlySet<unknown> = new Set(['InstanceLoader', 'RoutesResolver', 'RouterExplorer']);

/**
 * nestjs-pino keeps the first log of a process for all, and shows errors by a serializer of its own; this one writes to
 * its own log.
 */
class HostPino extends PinoLogger {
  constructor(private readonly log: Pino) {
    super({ pinoHttp: { logger: log } });
  }

  override get logger(): Pino {
    return this.log;
  }
}

/**
 * Nest's own log lines, and those of `new Logger('name')`, through the host's log: `NestFactory.create(App, { logger:
 * nestLog(log) })`.
 */
export function nestLog(log: Pino): LoggerService {
  const logger = new Logger(new HostPino(log), {});
  return {
    // Most lines of a busy host are those of its requests; below the level they cost nothing.
    log: (message: unknown, ...more: unknown[]) => {
      if (!log.isLevelEnabled('info')) return;
      if (WIRING.has(more.at(-1))) logger.debug(message, ...more);
      else logger.log(message, ...more);
    },
    error: (message: unknown, ...more: unknown[]) => logger.error(message, ...more),
    warn: (message: unknown, ...more: unknown[]) => logger.warn(message, ...more),
    debug: (message: unknown, ...more: unknown[]) => logger.debug(message, ...more),
    verbose: (message: unknown, ...more: unknown[]) => logger.verbose(message, ...more),
    fatal: (message: unknown, ...more: unknown[]) => logger.fatal(message, ...more),
  };
}
