import { application, context, type ContextDescriptor, IsolithModule, parseConfig } from '@isolith/isolith';
import { Databases, type EntityClass, schemaOf } from '@isolith/postgres';
import { openTestDatabase, type TestDatabase } from '@isolith/postgres/testing';
import { MessageBusModule } from '@isolith/message-bus/nest';
import { ConsoleLogger, type InjectionToken, type Type } from '@nestjs/common';
import { Test, type TestingModuleBuilder } from '@nestjs/testing';
import { ContextUnderTest } from './context-under-test.js';
import { openOwnDatabase, type OwnDatabase } from './own-data-source.js';
import { type Crossing, parityOf } from './placements.js';

/** How `openContext` opens a context. */
export interface OpenOptions extends Crossing {
  /** The context's own. */
  readonly module: Type;
  /**
   * Handlers that answer for other contexts what this one needs: `@QueryHandler(GetUser) class OneUser { … }`, and
   * their providers.
   */
  readonly standIns?: readonly Type[];
  /** What the context is told by its environment. What it declares and is not told has its default. */
  readonly env?: Readonly<Record<string, string>>;
  /** Providers in place of the context's own, such as a channel to the outside. */
  readonly replaced?: readonly (readonly [InjectionToken, unknown])[];
  /**
   * Of the application's own DataSource, for a module that injects its repositories: they work in the context's
   * database, on tables that are made for them, and take part in its units of work.
   */
  readonly entities?: readonly EntityClass[];
  /** What the host logs is silent unless it is wanted: a test provokes errors, and looks at what comes of them. */
  readonly logs?: boolean;
}

/**
 * Opens a context alone, as it runs in a host: its bus, inbox, unit of work, subscriptions and sagas, on a database of
 * its own (in memory or, after `testsRunOnServer()` of `@isolith/postgres/testing`, on a server).
 * @throws {StartRefusedError} with everything that is wrong with how it is wired
 */
export async function openContext(descriptor: ContextDescriptor, options: OpenOptions): Promise<ContextUnderTest> {
  const database = await openTestDatabase();
  const ends: (() => Promise<void>)[] = [() => database.drop()];
  const close = async (): Promise<void> => {
    for (const end of ends.splice(0).toReversed()) await end();
  };
  try {
    const own = options.entities && (await openOwnDatabase(database.target, options.entities));
    if (own !== undefined) ends.push(() => own.close());
    const host = await buildingOf(descriptor, options, database, own).compile();
    ends.push(() => host.close());
    await host.init();
    const { name } = descriptor;
    return new ContextUnderTest({
      context: name,
      schema: schemaOf({ context: name, schema: descriptor.schema }),
      host,
      module: host.select(options.module),
      close,
    });
  } catch (error) {
    await close();
    throw error;
  }
}

function buildingOf(
  descriptor: ContextDescriptor,
  { module, standIns = [], env = {}, replaced = [], logs = false, ...crossing }: OpenOptions,
  database: TestDatabase,
  own: OwnDatabase | undefined,
): TestingModuleBuilder {
  const parity = parityOf(crossing);
  const { config } = parseConfig(application('test', [descriptor, ...othersOf(descriptor)]), {
    ...databaseOf(database),
    ...parity.env,
    ...env,
  });
  const building = Test.createTestingModule({
    imports: [
      IsolithModule.forRoot({ config, ...parity.options }),
      ...(own === undefined ? [] : [own.module]),
      module,
      ...neededOf(descriptor),
    ],
    providers: [...standIns],
  });
  if (own !== undefined) building.overrideProvider(Databases).useValue(own.databases);
  for (const [token, value] of replaced) building.overrideProvider(token).useValue(value);
  if (!logs) building.setLogger(new ConsoleLogger({ logLevels: [] }));
  return building;
}

/** The contexts of what it needs and of what it is told: the stand-ins answer for them. */
function othersOf({ name, needs, subscriptions }: ContextDescriptor): readonly ContextDescriptor[] {
  const told = Object.values(subscriptions).flatMap(({ events }) => events);
  const names = [...needs, ...told].map(({ contract }) => contract.context);
  return [...new Set(names)].filter((other) => other !== name).map((other) => context(other));
}

/** So that what nobody answers for is named at the start, and not when it is asked for. */
const neededOf = ({ needs }: ContextDescriptor) =>
  [...Map.groupBy(needs, ({ contract }) => contract.context)].map(([other, contracts]) =>
    MessageBusModule.forFeature({ context: other, contracts }),
  );

const databaseOf = ({ target }: TestDatabase): Record<string, string> =>
  target.kind === 'postgres'
    ? { DATABASE_URL: target.url, DATABASE_POOL: String(target.poolSize) }
    : { DATA_DIR: target.dataDir };
