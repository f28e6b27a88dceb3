import { IsolithModule, parseConfig } from '@isolith/isolith';
import { isChoreography, type SagaPlan } from '@isolith/saga';
import { ModulesContainer } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { shop } from '../../src/shop.js';
import type { Processes } from './processes-page.js';

/** What the contexts of the shop declare, from a host of all of them that is made and never started. */
export async function shopProcesses(): Promise<Processes> {
  const { config } = parseConfig(shop, { DATA_DIR: 'memory://' });
  const host = await Test.createTestingModule({
    imports: [IsolithModule.forRoot({ config }), ...(await shop.modules(shop.names))],
  }).compile();
  const instances = [...host.get(ModulesContainer, { strict: false }).values()].flatMap(({ providers }) =>
    [...providers.values()].map(({ instance }): unknown => instance),
  );
  return {
    sagas: instances.flatMap((instance) => (declaresSaga(instance) ? [instance.definition] : [])).toSorted(byName),
    choreographies: shop.contexts.flatMap(({ subscriptions }) => Object.values(subscriptions).filter(isChoreography)),
  };
}

interface Declared {
  readonly definition: { readonly plan: SagaPlan };
}

function declaresSaga(instance: unknown): instance is Declared {
  if (typeof instance !== 'object' || instance === null || !('definition' in instance)) return false;
  const { definition } = instance;
  return typeof definition === 'object' && definition !== null && 'plan' in definition;
}

const byName = (one: Declared['definition'], other: Declared['definition']): number =>
  one.plan.name.localeCompare(other.plan.name);
