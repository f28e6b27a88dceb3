import { application, context, type ContextDescriptor, IsolithModule, parseConfig } from '@isolith/isolith';
import { schemaOf } from '@isolith/journal';
import { openTestDatabase, type TestDatabase } from '@isolith/journal/testing';
import { MessageBusModule } from '@isolith/message-bus/nest';
import { ConsoleLogger, type InjectionToken, type Type } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { ContextUnderTest } from './context-under-test.js';

export interface OpenOptions {
  /** The context's own. */
  readonly module: Type;
  /** Handlers that answer for other contexts what this one needs: `@QueryHandler(GetUser) class OneUser { … }`, and their providers. */
  readonly standIns?: readonly Type[];
  /** What the context is told by its environment. What it declares and is not told has its default. */
  readonly env?: Readonly<Record<string, string>>;
  /** Providers in place of the context's own, such as a channel to the outside. */
  readonly replaced?: readonly (readonly [InjectionToken, unknown])[];
  /** What the host logs is silent unless it is wanted: a test provokes errors, and looks at what comes of them. */
  readonly logs?: boolean;
}

/**
 * Opens a context alone, as it runs in a host: its bus, inbox, unit of work, subscriptions and sagas, on a database of its own (in memory
 * or, after `testsRunOnServer()` of `@isolith/journal/testing`, on a server).
 * @throws {StartRefusedError} with everything that is wrong with how it is wired
 */
export async function openContext(
  descriptor: ContextDescriptor,
  { module, standIns = [], env = {}, replaced = [], logs = false }: OpenOptions,
): Promise<ContextUnderTest> {
  const database = await openTestDatabase();
  const { config } = parseConfig(application('test', [descriptor, ...othersOf(descriptor)]), {
    ...databaseOf(database),
    ...env,
  });
  const building = Test.createTestingModule({
    imports: [IsolithModule.forRoot({ config }), module, ...neededOf(descriptor)],
    providers: [...standIns],
  });
  for (const [token, value] of replaced) building.overrideProvider(token).useValue(value);
  if (!logs) building.setLogger(new ConsoleLogger({ logLevels: [] }));
  const host = await building.compile();
  const close = async (): Promise<void> => {
    await host.close();
    await database.drop();
  };
  try {
    await host.init();
  } catch (error) {
    await close();
    throw error;
  }
  const { name } = descriptor;
  return new ContextUnderTest({ context: name, schema: schemaOf(name), host, module: host.select(module), close });
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
