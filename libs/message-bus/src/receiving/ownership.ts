import type { Ownership } from './owned.js';
import { requireScope, type MessageScope } from './scope.js';

/**
 * Whether the sender of the message being handled may do with something of this owner what the message asks for: it is
 * his own, or the contract lets him in for another reason. Throws a TypeError where the contract does not name
 * `owner()`: there everybody is let in whatever is answered here.
 */
export function owns(owner: string): boolean {
  const { principal } = requireScope();
  const ownership = declared('owns()');
  ownership.ask();
  return !ownership.owed || principal.user === owner;
}

/**
 * Of lists: the user whose things alone the sender may see; undefined where he may see those of all. Throws as `owns()`
 * does.
 */
export function ownOnly(): string | undefined {
  const { principal } = requireScope();
  const ownership = declared('ownOnly()');
  ownership.ask();
  return ownership.owed ? principal.user : undefined;
}

/** Throws where a handler is about to have an effect, or has answered, and has not asked whose it is. */
export function requireOwnershipAsked({ ownership, envelope }: Pick<MessageScope, 'ownership' | 'envelope'>): void {
  if (ownership?.isOpen === true)
    throw new Error(
      `the handler of ${envelope?.type ?? 'this message'} asked nowhere whose it is, and its sender may only do so with what is his own: owns() or ownOnly()`,
    );
}

function declared(what: string): Ownership {
  const { ownership, envelope } = requireScope();
  if (ownership === undefined)
    throw new TypeError(`${what}: the contract of ${envelope?.type ?? 'what is being handled'} does not name owner()`);
  return ownership;
}
