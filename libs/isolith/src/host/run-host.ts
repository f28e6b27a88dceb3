import { setTimeout as sleep } from 'node:timers/promises';
import { hostLog } from '@isolith/observability';
import { nestLog } from '@isolith/observability/nest';
import { HostListener } from '@isolith/message-bus/nest';
import type { DynamicModule, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { HostConfig } from '../config/host-config.js';
import { edgeAdapter } from '../http/edge-adapter.js';
import { secureHeaders } from '../http/security-headers.js';
import { refusalLines } from './refusal-lines.js';
import { scopeLogFields } from './scope-log-fields.js';
import { stopOnSignals } from './stop-on-signals.js';

export interface RunHostOptions {
  readonly config: HostConfig;
  /** The application; it imports `IsolithModule.forRoot({ config })`. */
  readonly module: Type | DynamicModule;
  /** `service_name` in the log. */
  readonly service: string;
  /** Called before the application initialises, for what must be set on it. */
  readonly prepare?: (app: NestFastifyApplication) => void;
}

const EVERYWHERE = '0.0.0.0';
const say = (line: string): void => void process.stderr.write(`${line}\n`);

/**
 * Runs one host as this process: starts it, prints one JSON line {contexts, port, pid} on standard output when it is
 * ready, and drains it on SIGTERM or SIGINT. A host that must not start is named all reasons, one a line on standard
 * error, and ends with exit code 1. Resolves when it listens.
 */
export async function runHost({ config, module, service, prepare }: RunHostOptions): Promise<void> {
  const { values, placement, violations } = config;
  const log = hostLog({ level: values.LOG_LEVEL, service, fields: scopeLogFields });
  let app: NestFastifyApplication | undefined;
  try {
    app = await NestFactory.create<NestFastifyApplication>(module, edgeAdapter(), {
      logger: nestLog(log),
      abortOnError: false,
      bodyParser: false,
    });
    secureHeaders(app);
    prepare?.(app);
    // Behind the HTTP server: whoever is asked by others can also be asked how it is.
    app.connectMicroservice({ strategy: app.get(HostListener, { strict: false }) });
    await app.listen(values.PORT, EVERYWHERE);
    await app.startAllMicroservices();
  } catch (error) {
    for (const line of refusalLines(error, { port: values.PORT, violations })) say(line);
    log.debug({ err: error }, 'the start failed');
    // Databases that are open already are closed, but nothing may keep a refused host alive.
    await Promise.race([app?.close().catch(() => undefined), sleep(values.SHUTDOWN_GRACE_MS)]);
    process.exit(1);
  }
  const running = app;
  const server = running.getHttpServer();
  stopOnSignals(
    { close: () => running.close(), cutConnections: () => server.closeAllConnections() },
    { graceMs: values.SHUTDOWN_GRACE_MS, say, exit: (code) => process.exit(code) },
  );
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : values.PORT;
  process.stdout.write(`${JSON.stringify({ contexts: placement.here, port, pid: process.pid })}\n`);
}
