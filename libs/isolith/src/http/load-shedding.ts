import { OverloadedError } from '@isolith/contracts';
import { Impairments } from '@isolith/message-bus';
import { Metrics, type Measured, type Reading } from '@isolith/observability';
import type { AdaptiveLimit, AdaptiveLimitSpec } from '@isolith/resilience';
import {
  type CallHandler,
  type DynamicModule,
  type ExecutionContext,
  Injectable,
  Logger,
  Module,
  type NestInterceptor,
  type OnApplicationShutdown,
  type OnModuleInit,
  type Type,
} from '@nestjs/common';
import { APP_INTERCEPTOR, ApplicationConfig, HttpAdapterHost } from '@nestjs/core';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { finalize, type Observable } from 'rxjs';
import { HttpEdge } from './http-edge.js';
import { PacedWrites } from './paced-writes.js';
import { PlacesInFlight } from './places-in-flight.js';
import { routesOf } from './stated-routes.js';
import { backlogIn } from '../topology/backlogs.js';
import { HostPresence } from '../topology/host-presence.js';

/** Which requests are taken on together, and how long they may wait for one another. */
export interface LoadSheddingOptions extends AdaptiveLimitSpec {
  /** Controllers by context (`Application.routesByContext()`); a route of none of them has no limit. */
  readonly routes: ReadonlyMap<string, readonly Type[]>;
}

/** What has not refused for so long is no longer said to. */
const SAID_FOR_MS = 10_000;
const LOOK_EVERY_MS = 1_000;

/** What bounds a route, and what is answered beyond it. */
interface Limited {
  readonly context: string;
  readonly limit: AdaptiveLimit;
  readonly error: OverloadedError;
}

class LoadSheddingConfig {
  constructor(readonly options: LoadSheddingOptions) {}
}

@Injectable()
class HandlersInFlight implements NestInterceptor {
  constructor(private readonly places: PlacesInFlight) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (context.getType() !== 'http') return next.handle();
    return next.handle().pipe(finalize(this.places.handled(context.switchToHttp().getRequest<FastifyRequest>())));
  }
}

/**
 * Takes on no more requests for a context than get done, and refuses the others at once, before their body is read: 503
 * with `Retry-After`. How many that is it finds out by itself (`AdaptiveLimit`), for each context, so that one that is
 * slow or hangs holds up to its own limit and takes no place from the others. Reads are refused first. What has begun
 * is never ended for it: neither a request, nor what other hosts and sagas send. And no more is begun of what outlives
 * its request than gets done (`AdmissionPace`).
 */
@Module({})
export class LoadSheddingModule implements OnModuleInit, OnApplicationShutdown {
  readonly #log = new Logger('http');
  #looking: NodeJS.Timeout | undefined;
  #pacing: NodeJS.Timeout | undefined;

  constructor(
    private readonly config: LoadSheddingConfig,
    private readonly places: PlacesInFlight,
    private readonly writes: PacedWrites,
    private readonly host: HttpAdapterHost<FastifyAdapter>,
    private readonly application: ApplicationConfig,
    private readonly edge: HttpEdge,
    private readonly impairments: Impairments,
    metrics: Metrics,
  ) {
    const missing = (error: unknown): void => this.#log.warn({ message: 'a metric could not be read', err: error });
    const read = (value: (state: State) => number | undefined) => (): readonly Reading[] =>
      [...this.places.limits.keys()].flatMap((context) => {
        const found = value(this.#stateOf(context));
        return found === undefined ? [] : [{ labels: { context }, value: found }];
      });
    for (const { value, ...measured } of MEASURED)
      metrics.observe({ ...measured, labels: ['context'] }, read(value), missing);
  }

  static forRoot(options: LoadSheddingOptions): DynamicModule {
    return {
      module: LoadSheddingModule,
      providers: [
        { provide: LoadSheddingConfig, useValue: new LoadSheddingConfig(options) },
        {
          provide: PlacesInFlight,
          inject: [LoadSheddingConfig],
          useFactory: ({ options: { routes, ...spec } }: LoadSheddingConfig) => new PlacesInFlight(routes.keys(), spec),
        },
        {
          provide: PacedWrites,
          inject: [LoadSheddingConfig, HostPresence],
          useFactory: ({ options: { routes } }: LoadSheddingConfig, presence: HostPresence) =>
            new PacedWrites(routes.keys(), () => {
              const hosts = presence.all();
              return (context) => backlogIn(context, hosts);
            }),
        },
        { provide: APP_INTERCEPTOR, useClass: HandlersInFlight },
      ],
    };
  }

  onModuleInit(): void {
    const fastify = this.host.httpAdapter?.getInstance();
    if (fastify === undefined) return;
    const limits = this.#limitsByPath();
    const refusal = (request: FastifyRequest, { error }: Limited): Error => {
      this.edge.lessToSayOf(request);
      this.#sayThatItRefuses();
      return error;
    };
    // Its hook gives a request its name and its log line, so it comes first.
    this.edge.install();
    this.edge.refuseFirst((request) => {
      const limited = limits.get(request.routeOptions.url ?? '');
      if (limited === undefined) return undefined;
      const isTooMuch =
        this.places.refuses(limited.limit, request) || this.writes.refuses(limited.context, request.method);
      return isTooMuch ? refusal(request, limited) : undefined;
    });
    // Places are given to those only whom nothing else refuses: whoever asks too often takes none.
    fastify.addHook('onRequest', (request, reply, done) => {
      const limited = limits.get(request.routeOptions.url ?? '');
      if (limited === undefined || this.places.take(limited.limit, request, reply)) done();
      else done(refusal(request, limited));
    });
    this.#pacing = setInterval(() => this.writes.look(), LOOK_EVERY_MS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.#looking);
    clearInterval(this.#pacing);
  }

  #stateOf(context: string): State {
    const [limit, pace] = [this.places.limits.get(context)?.state(), this.writes.paces.get(context)?.state()];
    return {
      inFlight: limit?.inFlight ?? 0,
      limit: limit?.limit ?? 0,
      perSecond: pace?.perSecond,
      refused: (limit?.refused ?? 0) + (pace?.refused ?? 0),
      refusedAgoMs: Math.min(limit?.refusedAgoMs ?? Infinity, pace?.refusedAgoMs ?? Infinity),
    };
  }

  #limitsByPath(): ReadonlyMap<string, Limited> {
    const prefix = this.application
      .getGlobalPrefix()
      .split('/')
      .filter((part) => part !== '');
    return new Map(
      [...this.config.options.routes].flatMap(([context, controllers]) => {
        const limit = this.places.limits.get(context);
        if (limit === undefined) return [];
        // One for all: with a stack for each, refusing would take as long as much of what it refuses.
        const error = new OverloadedError(`more is asked of ${context} than gets done at this moment; ask again`);
        return controllers
          .flatMap(routesOf)
          .map(({ path }) => [['', ...prefix].join('/') + path, { context, limit, error }] as const);
      }),
    );
  }

  /** In health, in a metric and in one line, from the first that is refused until none was for a while. */
  #sayThatItRefuses(): void {
    if (this.#looking !== undefined) return;
    this.#looking = setInterval(() => this.#look(), LOOK_EVERY_MS).unref();
    this.#look();
  }

  #look(): void {
    const refusing = [...this.places.limits.keys()].filter(
      (context) => this.#stateOf(context).refusedAgoMs < SAID_FOR_MS,
    );
    this.impairments.report(
      'requests beyond what gets done',
      refusing.map((name) => ({
        kind: 'load',
        name,
        reason: 'more is asked of it than gets done, so requests are refused with 503',
        lookAt: 'docs/guides/edge.md#more-than-gets-done',
        effect: 'degraded',
      })),
    );
    if (refusing.length > 0) return;
    clearInterval(this.#looking);
    this.#looking = undefined;
  }
}

/** How a context stands. */
interface State {
  readonly inFlight: number;
  readonly limit: number;
  readonly perSecond: number | undefined;
  readonly refused: number;
  readonly refusedAgoMs: number;
}

const MEASURED: readonly (Measured & { readonly value: (state: State) => number | undefined })[] = [
  { name: 'requests_in_flight', help: 'Requests that are being handled.', value: ({ inFlight }) => inFlight },
  {
    name: 'requests_in_flight_limit',
    help: 'So many are taken on at once; it adapts.',
    value: ({ limit }) => limit,
  },
  {
    name: 'requests_begin_per_second_limit',
    help: 'So many requests that change something are taken on a second, while more of what they begin waits than gets done.',
    value: ({ perSecond }) => perSecond,
  },
  {
    name: 'requests_shed_total',
    help: 'Requests refused because more is asked than gets done, since the start.',
    type: 'counter',
    value: ({ refused }) => refused,
  },
];
