import type { Retention } from '@isolith/journal';
import type { FaultOptions, RemoteTransport } from '@isolith/message-bus';
import { type DynamicModule, type InjectionToken, Logger } from '@nestjs/common';
import type { HostConfig } from '../config/host-config.js';
import { type Environment, parseConfig } from '../config/parse-config.js';
import { application } from '../context/application.js';
import { type ContextDescriptor, moduleOf } from '../context/context.js';
import type { EndedSessionsOptions } from './ended-sessions.js';
import type { EdgePart } from '../http/edge-part.js';
import type { Caller } from '../http/scope.interceptor.js';

/** What a transport between hosts is made of; RabbitMqTransport takes it as it is. */
export interface RemoteOptions {
  /** TRANSPORT_URL. */
  readonly url: string;
  /** What connections are called: application and contexts. */
  readonly name: string;
  /** What a person should know. */
  readonly onProblem: (message: string, error?: unknown) => void;
}

interface HostParts {
  /**
   * Makes what reaches contexts that are elsewhere, where TRANSPORT_URL is set. Who sends what is signed and checked
   * around it.
   */
  readonly remote?: RemoteTransport | ((to: RemoteOptions) => RemoteTransport);
  /** What of HTTP is Isolith's in this application; default: nothing. A host of its own has the `WHOLE_EDGE`. */
  readonly edge?: readonly EdgePart[];
  /**
   * Who sends a request, where the edge's part `requests` is not used; asked behind the application's guards:
   * `({ user }: Request) => user && { user: user.id }`. Default: nobody in particular.
   */
  caller?(request: object): Caller | undefined;
  /**
   * Provides the application's own DataSource (of PostgreSQL, initialized): `DataSource`, with @nestjs/typeorm.
   * Contexts keep their rows there, each in a schema of its own, unless `<CONTEXT>_DATABASE_URL` names another
   * database; units of work run on its connections, and its repositories take part in them.
   */
  readonly dataSource?: InjectionToken;
  /**
   * How every host gets to know which sessions have ended, so that their access tokens end at once; without it they
   * count until they expire. Whoever ends sessions says so to `EndedSessions`.
   */
  readonly endedSessions?: EndedSessionsOptions;
  /** How long handled messages, and events that everybody was served, are kept; 30 days, and for ever. */
  readonly retention?: Retention;
  /** The whole number that draws the faults of parity mode (`ISOLITH_PARITY=1`); a random one when absent. */
  readonly paritySeed?: number;
  /** What else parity mode is told of its faults; gentle ones when absent. */
  readonly parityFaults?: Omit<FaultOptions, 'seed'>;
}

/** The host reads its configuration and imports its modules by itself. */
interface Configured extends HostParts {
  readonly config: HostConfig;
}

/** Part of an application that is there already: the modules of contexts that are placed here are imported. */
interface Adopted extends HostParts {
  /** Each with its module: `lazily(orders, { module: async () => OrdersModule })`. */
  readonly contexts: readonly ContextDescriptor[];
  /** Of the application, for logs and connections; default `app`. */
  readonly name?: string;
  /**
   * Default: that of the process. Only variables of Isolith are looked at, and of those whose names are a slip of one.
   */
  readonly env?: Environment;
}

/**
 * What `IsolithModule.forRoot()` takes: a configuration that was parsed before, or the contexts of an application that
 * is there already.
 */
export type HostOptions = Configured | Adopted;

interface Host {
  readonly config: HostConfig;
  readonly modules: NonNullable<DynamicModule['imports']>;
  readonly remote: RemoteTransport | undefined;
}

const LONGEST_NAME = 200;

export function hostOf(options: HostOptions): Host {
  const config = 'config' in options ? options.config : configOf(options);
  const { application: app, placement, values } = config;
  const logger = new Logger('Transport');
  const remote =
    typeof options.remote !== 'function' || values.TRANSPORT_URL === undefined
      ? undefined
      : options.remote({
          url: values.TRANSPORT_URL,
          name: `${app.name} ${placement.here.join('+')}`.slice(0, LONGEST_NAME),
          onProblem: (message, err) => logger.warn({ message, err }),
        });
  return {
    config,
    remote: typeof options.remote === 'object' ? options.remote : remote,
    modules: 'config' in options ? [] : app.contexts.filter(({ name }) => placement.here.includes(name)).map(imported),
  };
}

// Nest awaits a promise of any module; its type has that of dynamic ones alone, and as one of those it would be another
// module.
const imported = (context: ContextDescriptor) => moduleOf(context) as Promise<unknown> as Promise<DynamicModule>;

const configOf = ({ contexts, name = 'app', env = process.env, dataSource }: Adopted): HostConfig =>
  parseConfig(application(name, contexts), env, { sharesDataSource: dataSource !== undefined }).config;
