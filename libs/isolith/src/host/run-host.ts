import { setTimeout as sleep } from 'node:timers/promises';
import { hostLog } from '@isolith/observability';
import { nestLog } from '@isolith/observability/nest';
import type { Tracing } from '@isolith/observability/tracing';
import { HostLifecycle, HostListener } from '@isolith/message-bus/nest';
import type { DynamicModule, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { HostConfig } from '../config/host-config.js';
import { allowOrigins } from '../http/cross-origin.js';
import { compressAnswers } from '../http/compressed-answers.js';
import { edgeAdapter } from '../http/edge-adapter.js';
import { secureHeaders } from '../http/security-headers.js';
import { HostChecks } from './host-checks.js';
import { HostHealth } from '../endpoints/host-health.js';
import { listenAddress } from './listen-address.js';
import { refusalLines } from './refusal-lines.js';
import { scopeLogFields } from './scope-log-fields.js';
import { stopOnSignals } from './stop-on-signals.js';

/** What `runHost` runs. */
export interface RunHostOptions {
  readonly config: HostConfig;
  /** The root module, or its promise; it imports `IsolithModule.forRoot({ config, edge: WHOLE_EDGE })`. */
  readonly module: Type | DynamicModule | Promise<DynamicModule>;
  /** Called before the application initialises, for what must be set on it. */
  readonly prepare?: (app: NestFastifyApplication) => void | Promise<void>;
}

/** What is left of the traces is exported within this time, or not at all. */
const EXPORT_AT_END_MS = 1_500;

const say = (line: string): void => void process.stderr.write(`${line}\n`);

/**
 * Runs one host as this process: starts it, prints one JSON line {contexts, host, port, pid} on standard output when it
 * is ready, and drains it on SIGTERM, SIGINT or SIGHUP; while it starts they end it with 0. A host that must not start
 * is named all reasons, one a line on standard error, and ends with exit code 1. Resolves when it listens.
 */
export async function runHost({ config, module, prepare }: RunHostOptions): Promise<void> {
  const { application, values, placement, violations } = config;
  let app: NestFastifyApplication | undefined;
  const stopper = stopOnSignals({
    say,
    exit: (code) => process.exit(code),
    isWorking: () => app !== undefined && app.get(HostLifecycle, { strict: false }).phase !== 'starting',
  });
  const log = hostLog({ level: values.LOG_LEVEL, service: application.name, fields: scopeLogFields });
  let traces: Tracing | undefined;
  try {
    traces = await traced(config, (line) => log.warn({ err: line }, 'traces could not be exported'));
    app = await NestFactory.create<NestFastifyApplication>(
      await module,
      edgeAdapter({ trustProxy: values.TRUST_PROXY }),
      {
        logger: nestLog(log),
        abortOnError: false,
        bodyParser: false,
      },
    );
    app.get(HostChecks, { strict: false }).isHost = true;
    secureHeaders(app);
    await compressAnswers(app);
    if (values.CORS_ORIGINS !== undefined) allowOrigins(app, values.CORS_ORIGINS);
    await prepare?.(app);
    // Behind the HTTP server: whoever is asked by others can also be asked how it is.
    app.connectMicroservice({ strategy: app.get(HostListener, { strict: false }).asMicroservice() });
    await app.listen(values.PORT, await listenAddress(values.HOST));
    await app.startAllMicroservices();
  } catch (error) {
    for (const line of refusalLines(error, { port: values.PORT, host: values.HOST, violations })) say(line);
    log.debug({ err: error }, 'the start failed');
    // Databases that are open already are closed, but nothing may keep a refused host alive.
    await Promise.race([app?.close().catch(() => undefined), sleep(values.SHUTDOWN_GRACE_MS)]);
    process.exit(1);
  }
  const running = app;
  const server = running.getHttpServer();
  const times = { delayMs: values.SHUTDOWN_DELAY_MS, graceMs: values.SHUTDOWN_GRACE_MS };
  const address = server.address();
  const bound = typeof address === 'object' && address !== null ? address : { address: values.HOST, port: values.PORT };
  const ready = { contexts: placement.here, host: bound.address, port: bound.port, pid: process.pid };
  process.stdout.write(`${JSON.stringify(ready)}\n`);
  stopper.started(
    {
      leave: () => running.get(HostHealth, { strict: false }).leave(times.delayMs),
      close: async () => {
        await running.close();
        await traces?.shutdown(EXPORT_AT_END_MS);
      },
      cutConnections: () => server.closeAllConnections(),
    },
    times,
  );
}

/** The SDK is loaded where something is traced, and nowhere else. */
async function traced(
  { application, tracing: settings, placement, values }: HostConfig,
  warn: (line: string) => void,
): Promise<Tracing | undefined> {
  if (settings === undefined) return undefined;
  const { startTracing } = await import('@isolith/observability/tracing');
  return startTracing({
    settings,
    service: application.name,
    attributes: {
      'service.version': values.BUILD_VERSION ?? 'unknown',
      'isolith.contexts': placement.here,
    },
    slowMs: values.TRACES_SLOW_MS === 'off' ? undefined : values.TRACES_SLOW_MS,
    warn,
  });
}
