import { GATEWAY } from '@isolith/contracts';
import { schemaOf, type SchemaOwner } from '@isolith/postgres';
import type { SubscriptionInfo } from '@isolith/message-bus';
import type { Type } from '@nestjs/common';
import { z } from 'zod';
import { hostVariables } from '../variables/host-variables.js';
import { settingInfo } from '../variables/setting.js';
import { type ContextDescriptor, moduleOf, type Settings } from './context.js';
import { reservedNames } from './reserved-names.js';

/**
 * All contexts of an application. Configuration, routing and tools read here what there is; every host has the same
 * one.
 */
export class Application<S extends Settings = Settings> {
  readonly names: readonly string[];
  /** Every subscription, wherever it runs: whoever produces an event knows all who take it. */
  readonly subscriptions: readonly SubscriptionInfo[];
  /** Every variable that a host of it reads, but for `<CONTEXT>_DATABASE_URL`. */
  readonly variables: Settings;
  /** The context in whose database a schema is; its own name for a context. */
  readonly #owners: ReadonlyMap<string, string>;

  /** @throws {TypeError} naming what is there twice, or is called as what hosts have themselves */
  constructor(
    readonly name: string,
    readonly contexts: readonly ContextDescriptor[],
    /** What belongs to no context. */
    readonly settings: S,
  ) {
    const wrong = [
      ...namedTwice(contexts),
      ...reservedNames(contexts),
      ...sharedSchemas(contexts),
      ...declaredTwice([...contexts, { name: `application ${name}`, settings }]),
    ];
    if (wrong.length > 0) throw new TypeError(`application ${name}: ${wrong.join('; ')}`);
    this.names = contexts.map((one) => one.name);
    this.subscriptions = contexts.flatMap(subscriptionsOf);
    this.variables = Object.assign({}, hostVariables.shape, ...contexts.map((one) => one.settings), settings);
    this.#owners = new Map(contexts.flatMap((one) => one.schemas.map((schema) => [schema, one.name])));
  }

  /** The context in whose database a context or one of the other schemas is kept. */
  ownerOf(schema: string): string {
    return this.#owners.get(schema) ?? schema;
  }

  /**
   * The modules of these contexts, imported now; what isn't asked for isn't read. @throws {TypeError} for one without
   * `module`
   */
  async modules(contexts: readonly string[]): Promise<readonly Type[]> {
    return await Promise.all(this.contexts.filter(({ name }) => contexts.includes(name)).map(moduleOf));
  }

  /** The routes of all contexts, imported now, in the order of the contexts. */
  async routes(): Promise<readonly Type[]> {
    return [...(await this.routesByContext()).values()].flat();
  }

  /** The same, by the name of the context. */
  async routesByContext(): Promise<ReadonlyMap<string, readonly Type[]>> {
    const all = this.contexts.map(async ({ name, routes }) => [name, (await routes?.()) ?? []] as const);
    return new Map(await Promise.all(all));
  }
}

/**
 * Lists the contexts of an application. This is the one list: everything that goes over all contexts reads it.
 * @param settings variables that belong to no context, such as those of the gateway
 * @throws {TypeError} naming each name that is there twice, what is called as hosts call what they have themselves
 *   (`isolith`, the schema `isolith_edge`), contexts that would share a schema, and each variable that two declare
 *   differently
 */
export function application(name: string, contexts: readonly ContextDescriptor[]): Application<{}>;
export function application<S extends Settings>(
  name: string,
  contexts: readonly ContextDescriptor[],
  settings: S,
): Application<S>;
export function application(
  name: string,
  contexts: readonly ContextDescriptor[],
  settings: Settings = {},
): Application {
  return new Application(name, contexts, settings);
}

const subscriptionsOf = ({ name, subscriptions }: ContextDescriptor): readonly SubscriptionInfo[] =>
  Object.entries(subscriptions).map(([subscription, { events, from = 'beginning' }]) => ({
    context: name,
    subscription,
    from,
    events: events.map(({ contract }) => contract),
  }));

function namedTwice(contexts: readonly ContextDescriptor[]): readonly string[] {
  const names = [GATEWAY, ...contexts.flatMap(({ name, schemas }) => [name, ...schemas])];
  return [...new Set(names.filter((name, at) => names.indexOf(name) < at))].map((name) => `"${name}" is there twice`);
}

/** Wherever their rows are today: contexts move between databases by configuration alone. */
function sharedSchemas(contexts: readonly ContextDescriptor[]): readonly string[] {
  const owners = contexts.flatMap(({ name, schema, schemas }): SchemaOwner[] => [
    { context: name, schema },
    ...schemas.map((context) => ({ context })),
  ]);
  return [...Map.groupBy(owners, schemaOf)].flatMap(([schema, sharing]) => {
    const names = [...new Set(sharing.map(({ context }) => context))];
    const named = contexts.findLast(({ name }) => names.includes(name))?.name;
    if (names.length < 2) return [];
    return [
      `${names.join(' and ')} would share the schema ${schema}: state another one, context('${named}', { schema: … })`,
    ];
  });
}

interface Declares {
  readonly name: string;
  readonly settings: Settings;
}

/** A variable may be of several contexts, so that none imports another, as long as all of them read the same of it. */
function declaredTwice(all: readonly Declares[]): readonly string[] {
  const first = new Map<string, { readonly by: string; readonly reads: string }>(
    Object.entries(hostVariables.shape).map(([variable]) => [variable, { by: 'every host', reads: '' }]),
  );
  return all.flatMap(({ name, settings }) =>
    Object.entries(settings).flatMap(([variable, schema]) => {
      const reads = readingOf(schema);
      const other = first.get(variable);
      if (other === undefined) first.set(variable, { by: name, reads });
      return other === undefined || other.reads === reads
        ? []
        : [`${variable} is declared by ${other.by} and by ${name}, and they read it differently`];
    }),
  );
}

/** What is expected, what is taken, and what is so without it: the same where two declarations mean the same. */
const readingOf = (schema: z.ZodType): string =>
  JSON.stringify([
    settingInfo(schema),
    z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }),
    z.safeParse(schema, undefined).data,
  ]);
