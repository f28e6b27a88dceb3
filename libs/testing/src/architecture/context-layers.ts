import type { Layer } from './layers.js';
import { crossings, importViolation, type Rule } from './tree.js';

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
 * What is left to another rule: the inside of another context (foreign-inside).
 * `domain` may name @isolith/contracts and zod, because decide and evolve speak in the types of their own contract and
 * throw its failures. `features` and `infra` may name the own descriptor: it types the settings that are injected.
 * `features` may name an own saga: the command that begins it writes its first row. One use case does not call another.
 */
const layerRules: readonly LayerRule[] = [
  {
    id: 'contract-imports',
    why: 'a contract is all that others see of a context, so it drags nothing else along',
    layers: ['contract'],
    own: ['contract'],
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
    id: 'choreography-imports',
    why: 'a descriptor states choreographies, so every host reads them as data, also hosts without the context',
    layers: ['choreography'],
    own: ['contract'],
    foreignContracts: true,
    packages: ['@isolith/contracts', '@isolith/message-bus', '@isolith/saga', 'zod'],
  },
  {
    id: 'context-imports',
    why: 'every host reads all descriptors as data, also hosts without the context',
    layers: ['context'],
    own: ['contract', 'choreography'],
    foreignContracts: true,
    // Of @isolith/agents: the messages that a context answers which keeps approvals of calls.
    packages: ['@isolith/contracts', '@isolith/isolith', '@isolith/agents', 'zod'],
  },
];

/** The npm package or Node module that a specifier names: `@scope/name` of `@scope/name/sub`. */
const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

function toRule({ id, why, layers, own, foreignContracts, packages }: LayerRule): Rule {
  return {
    id,
    why,
    check: (tree) =>
      crossings(tree).flatMap((crossing) => {
        const { from, to, import: one } = crossing;
        if (!layers.includes(from.layer)) return [];
        if (to?.context === from.context)
          return own.includes(to.layer)
            ? []
            : [importViolation(crossing, `${from.layer} may not import ${to.layer} of its own context`)];
        if (to !== undefined)
          return foreignContracts || to.layer !== 'contract'
            ? []
            : [importViolation(crossing, `${from.layer} may not import another context's contract`)];
        if (packages === undefined) return [];
        const allowed = [...packages, ...tree.plainPackages];
        if (allowed.includes(packageOf(one.specifier))) return [];
        return [
          importViolation(crossing, `outside of its context ${from.layer} may import only ${allowed.join(', ')}`),
        ];
      }),
  };
}

export const contextLayers: readonly Rule[] = layerRules.map(toRule);
