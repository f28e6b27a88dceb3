import {
  parseName,
  type AnyContractClass,
  type AnyEventClass,
  type MessageClass,
  type RequestContract,
} from '@isolith/contracts';
import { schemaObjection, schemaOf } from '@isolith/postgres';
import { type Choreography, isChoreography } from '@isolith/saga';
import type { Type } from '@nestjs/common';
import { PolicedNeed } from '../policies/with-policy.js';
import type { z } from 'zod';

/** Variables of the environment by name, each declared with `setting()` or one of its kin. */
export type Settings = Readonly<Record<string, z.ZodType>>;

/** What a context takes of the events of others, and of its own. A choreography is one, which handles them too. */
export interface StatedSubscription {
  readonly events: readonly AnyEventClass[];
  /** Where it begins in a journal that is older than it; default `beginning`. */
  readonly from?: 'beginning' | 'now';
}

type StatedSubscriptions = Readonly<Record<string, StatedSubscription>>;

/**
 * What only hosts of a context load, or only hosts that mount its routes: each is a function that imports when it is
 * called.
 */
export interface ContextCode {
  readonly module?: () => Promise<Type>;
  readonly routes?: () => Promise<readonly Type[]>;
}

/** What every host knows of a context, whether it runs it or not. Data: importing it loads no handler. */
export interface ContextDescriptor<
  S extends Settings = Settings,
  N extends StatedSubscriptions = StatedSubscriptions,
> extends ContextCode {
  readonly name: string;
  /**
   * All messages that the context owns (`contractsIn(contract)`); each command and query has a handler in its module.
   */
  readonly contracts: readonly AnyContractClass[];
  /** Foreign commands and queries that it sends; those of its choreographies too. */
  readonly needs: readonly MessageClass<RequestContract>[];
  /** How it calls those of them that `withPolicy()` says. */
  readonly policies: readonly PolicedNeed[];
  /** Producers elsewhere go by this alone, so its module must handle exactly these events. */
  readonly subscriptions: N;
  readonly settings: S;
  /**
   * Where its tables are; default: in a schema that is called like it, with `_` for `-`. It is made unless it is there.
   */
  readonly schema?: string | undefined;
  /** Schemas in its database beside its own, such as that of a stand-in for somebody else's system. */
  readonly schemas: readonly string[];
}

interface Stated<S, N> {
  readonly contracts?: readonly AnyContractClass[];
  readonly needs?: readonly (MessageClass<RequestContract> | PolicedNeed)[];
  readonly subscriptions?: N;
  readonly settings?: S;
  readonly schema?: string;
  readonly schemas?: readonly string[];
}

/**
 * Describes a context, once, in a file of its own that any host may import: `context('orders', { contracts:
 * contractsIn(contract), needs: [ChargePayment] })`.
 * @throws {TypeError} naming each message that is of another context, or that is needed from nobody else, and a
 *   schema's name
 * that can't be one
 */
export function context<S extends Settings = {}, N extends StatedSubscriptions = {}>(
  name: string,
  stated?: Stated<S, N>,
): ContextDescriptor<S, N>;
export function context(
  name: string,
  {
    contracts = [],
    needs: stated = [],
    subscriptions = {},
    settings = {},
    schema,
    schemas = [],
  }: Stated<Settings, StatedSubscriptions> = {},
): ContextDescriptor {
  const policies = stated.filter((need) => need instanceof PolicedNeed);
  const needs = stated.map((need) => (need instanceof PolicedNeed ? need.message : need));
  const isOwn = ({ contract }: AnyContractClass): boolean => parseName(contract.name).context === name;
  const kept = schemaOf({ context: name, schema });
  const objection = schemaObjection(kept);
  const wrong = [
    ...(objection === undefined ? [] : [`schema: ${kept} ${objection}`]),
    ...contracts.filter((one) => !isOwn(one)).map(({ contract }) => `${contract.name} is of another context`),
    ...needs.filter(isOwn).map(({ contract }) => `${contract.name} is its own: what a context needs is of others`),
    ...Object.entries(subscriptions).flatMap(([subscription, taken]) =>
      isChoreography(taken) && taken.name !== `${name}.${subscription}`
        ? [`subscription ${subscription}: its choreography is called ${taken.name}, not ${name}.${subscription}`]
        : [],
    ),
  ];
  if (wrong.length > 0) throw new TypeError(`context ${name}: ${wrong.join('; ')}`);
  const sent = Object.values(subscriptions).filter(isChoreography).flatMap(commandsOf);
  const foreign = [...new Set([...needs, ...sent.filter((command) => !isOwn(command))])];
  return Object.freeze({ name, contracts, needs: foreign, policies, subscriptions, settings, schema, schemas });
}

/** The commands that it sends. */
const commandsOf = ({ reactions }: Choreography): readonly MessageClass<RequestContract>[] =>
  reactions.flatMap(({ send, refused }) => [send, ...(typeof refused === 'string' ? [] : [refused])]);

/**
 * The descriptor with where its code is: a host imports the module of what it runs, and routes where the gateway is.
 */
export function lazily<D extends ContextDescriptor>(descriptor: D, code: ContextCode): D {
  return Object.freeze({ ...descriptor, ...code });
}

/** Its module, imported now. @throws {TypeError} for a context without one */
export async function moduleOf({ name, module }: ContextDescriptor): Promise<Type> {
  if (module === undefined) throw new TypeError(`context ${name}: nobody said where its module is (lazily())`);
  return module();
}
