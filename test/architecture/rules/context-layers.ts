import { crossings, isForeignContract, type Layer, ownLayer, packageOf, violationAt } from '../layers.js';
import type { Rule } from '../source-tree.js';

interface LayerRule {
  readonly id: string;
  readonly why: string;
  readonly layers: readonly Layer[];
  /** Layers of the own context that may be imported. */
  readonly own: readonly Layer[];
  readonly foreignContracts: boolean;
  /** The only packages that may be imported, ours included; undefined: any. */
  readonly packages?: readonly string[];
}

/*
 * What is left to other rules: the inside of another context (foreign-inside), the gateway and the composition (no-upward-imports).
 * `domain` may name @isolith/contracts and zod, because decide and evolve speak in the types of their own contract and throw its failures.
 * `features` and `infra` may name the own descriptor: it types the settings that are injected.
 * `features` may name an own saga: the command that begins it writes its first row. One use case does not call another.
 */
const layerRules: readonly LayerRule[] = [
  {
    id: 'contract-imports',
    why: 'a contract is all that others see of a context, so it drags nothing else along',
    layers: ['contract'],
    own: [],
    foreignContracts: false,
    packages: ['@isolith/contracts', 'zod'],
  },
  {
    id: 'domain-imports',
    why: 'decisions stay testable as plain functions when they know their own contract only',
    layers: ['domain'],
    own: ['domain', 'contract'],
    foreignContracts: false,
    packages: ['@isolith/contracts', 'zod'],
  },
  {
    id: 'route-imports',
    why: 'the gateway mounts routes in a process without the context, so a route may not pull in its inside',
    layers: ['route'],
    own: ['route', 'contract'],
    foreignContracts: false,
  },
  {
    id: 'feature-imports',
    why: 'a use case is one file that reads top to bottom: its domain, its storage, and messages to others',
    layers: ['features', 'saga'],
    own: ['domain', 'infra', 'contract', 'context', 'saga'],
    foreignContracts: true,
  },
  {
    id: 'infra-imports',
    why: 'storage serves use cases; if it knew them or other contexts, their changes would reach the tables',
    layers: ['infra'],
    own: ['infra', 'domain', 'contract', 'context'],
    foreignContracts: false,
  },
  {
    id: 'context-imports',
    why: 'every host reads all descriptors as data, also hosts without the context',
    layers: ['context'],
    own: ['contract'],
    foreignContracts: true,
    packages: ['@isolith/contracts', '@isolith/isolith', 'zod'],
  },
];

function toRule({ id, why, layers, own, foreignContracts, packages }: LayerRule): Rule {
  return {
    id,
    why,
    check: (tree) =>
      crossings(tree).flatMap((crossing) => {
        const { from, to, import: one } = crossing;
        if (from.kind !== 'context' || !layers.includes(from.layer)) return [];
        const target = ownLayer(crossing);
        if (target !== undefined) {
          return own.includes(target)
            ? []
            : [violationAt(crossing, `${from.layer} may not import ${target} of its own context`)];
        }
        if (isForeignContract(crossing)) {
          return foreignContracts
            ? []
            : [violationAt(crossing, `${from.layer} may not import another context's contract`)];
        }
        const isPackage = to === undefined || (to.kind === 'lib' && !one.specifier.startsWith('.'));
        if (!isPackage || packages === undefined || packages.includes(packageOf(one.specifier))) return [];
        return [violationAt(crossing, `${from.layer} may import only the packages ${packages.join(', ')}`)];
      }),
  };
}

export const contextLayers: readonly Rule[] = layerRules.map(toRule);
