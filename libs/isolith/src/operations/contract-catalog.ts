import { describeContract, type JsonSchema } from '@isolith/contracts';
import type { ContextDescriptor } from '../context/context.js';

/** A contract as whoever would send or take its messages has to know it. */
export interface ListedContract {
  readonly name: string;
  readonly kind: 'command' | 'query' | 'event';
  readonly context: string;
  readonly version: number;
  readonly input: JsonSchema;
  readonly output?: JsonSchema;
  /** Names of the failures that a caller can meet. */
  readonly failures: readonly string[];
  /** Who may send it: `anyone`, `signed-in`, `owner`, `role:…`, `service:…`; nobody sends an event. */
  readonly access: readonly string[];
  /** Pointers to what of its input is personal. */
  readonly personal: readonly string[];
  /** Contexts that state that they send it, or take it. */
  readonly usedBy: readonly string[];
}

type Described = Pick<ContextDescriptor, 'name' | 'contracts' | 'needs' | 'subscriptions'>;

/** All commands, queries and events of an application, wherever they are handled, by name. */
export function contractCatalog(contexts: readonly Described[]): readonly ListedContract[] {
  return contexts
    .flatMap(({ name: context, contracts }) =>
      contracts.flatMap((one): readonly ListedContract[] => {
        const { kind, name, version, input, output, failures = [], access = [], personal = [] } = describeContract(one);
        if (kind === 'failure') return [];
        const usedBy = usersOf(name, contexts);
        const answered = output === undefined ? {} : { output };
        return [{ name, kind, context, version, input, ...answered, failures, access, personal, usedBy }];
      }),
    )
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

const usersOf = (name: string, contexts: readonly Described[]): readonly string[] =>
  contexts
    .filter(({ needs, subscriptions }) =>
      [...needs, ...Object.values(subscriptions).flatMap(({ events }) => events)].some(
        ({ contract }) => contract.name === name,
      ),
    )
    .map((context) => context.name);
