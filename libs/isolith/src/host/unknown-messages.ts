import { choreographyViolations, isChoreography, type KnownMessages } from '@isolith/saga';
import type { Application } from '../context/application.js';

/**
 * What is wrong with the choreographies of an application, wherever its contexts run: a host knows the messages of all
 * of them, as far as they state any.
 */
export function unknownMessages({ contexts }: Pick<Application, 'contexts'>): readonly string[] {
  const stated = new Map(
    contexts
      .filter(({ contracts }) => contracts.length > 0)
      .map(({ name, contracts }) => [name, new Set<string>(contracts.map(({ contract }) => contract.name))]),
  );
  const has: KnownMessages['hasCommand'] = ({ name, context }) => stated.get(context)?.has(name);
  return contexts.flatMap(({ name, subscriptions }) =>
    choreographyViolations(name, Object.values(subscriptions).filter(isChoreography), {
      hasCommand: has,
      hasEvent: has,
    }),
  );
}
