import type { DynamicModule, ForwardReference, Type } from '@nestjs/common';
import { MODULE_METADATA } from '@nestjs/common/constants.js';
import { journalMigrations } from '../index.js';
import type { ContextSpec, EntityClass, MigrationClass, SchemaOwner } from '@isolith/postgres';
import { sameSchema } from '@isolith/postgres/internal';
import type { JournalFeature } from './journal-host.js';

/** What a module may import. */
export type Imported = Type | DynamicModule | ForwardReference | Promise<DynamicModule>;

/** Carries a feature through the metadata of modules, where `contextsKeptBy` finds it without a container. */
export class JournalFeatureRegistration {
  constructor(readonly feature: JournalFeature) {}
}

/**
 * What a host with these modules would keep, for tools that work on databases without running one: the contexts that
 * `JournalModule.forFeature` and its callers name anywhere in their imports, each with all of its migrations and
 * entities. Reads what the modules declare; nothing of them is constructed.
 */
export async function contextsKeptBy(modules: readonly Imported[]): Promise<readonly ContextSpec[]> {
  const kept = new Map<string, Kept>();
  for (const { context, schema, entities = [], migrations = [] } of (
    await providedBy(modules, JournalFeatureRegistration)
  ).map(({ feature }) => feature)) {
    const known = kept.get(context) ?? { context, schema, entities: new Set(), migrations: new Set(journalMigrations) };
    sameSchema(known, { context, schema });
    for (const entity of entities) known.entities.add(entity);
    for (const migration of migrations) known.migrations.add(migration);
    kept.set(context, known);
  }
  return [...kept.values()].map(({ entities, migrations, ...owner }) => ({
    ...owner,
    entities: [...entities],
    migrations: [...migrations],
  }));
}

interface Kept extends SchemaOwner {
  readonly entities: Set<EntityClass>;
  readonly migrations: Set<MigrationClass>;
}

/**
 * The values of a class that these modules provide, wherever in their imports. Reads what they declare; nothing is
 * constructed.
 */
export async function providedBy<T>(
  modules: readonly Imported[],
  of: abstract new (...args: never[]) => T,
  seen = new Set<unknown>(),
): Promise<readonly T[]> {
  const found: T[] = [];
  for (const imported of modules) {
    const one = await resolved(imported);
    if (seen.has(one)) continue;
    seen.add(one);
    const { type, imports, providers } = partsOf(one);
    for (const provider of providers)
      if (typeof provider === 'object' && 'useValue' in provider && provider.useValue instanceof of)
        found.push(provider.useValue);
    found.push(...(await providedBy(imports, of, seen)), ...(seen.has(type) ? [] : await providedBy([type], of, seen)));
  }
  return found;
}

const resolved = async (imported: Imported): Promise<Type | DynamicModule> => {
  const one = await imported;
  return 'forwardRef' in one ? one.forwardRef() : one;
};

interface Parts {
  readonly type: Type;
  readonly imports: readonly Imported[];
  readonly providers: NonNullable<DynamicModule['providers']>;
}

function partsOf(one: Type | DynamicModule): Parts {
  if (typeof one !== 'function')
    return { type: one.module, imports: one.imports ?? [], providers: one.providers ?? [] };
  const declared = (key: string): [] => Reflect.getMetadata(key, one) ?? [];
  return { type: one, imports: declared(MODULE_METADATA.IMPORTS), providers: declared(MODULE_METADATA.PROVIDERS) };
}
