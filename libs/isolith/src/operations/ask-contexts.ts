import { ForbiddenError, GATEWAY, IsolithError, UnauthenticatedError } from '@isolith/contracts';
import { withOptions } from '@isolith/message-bus';
import { Inject, Injectable, NotFoundException } from '@nestjs/common';
import { CommandBus, QueryBus, type Command, type Query } from '@nestjs/cqrs';
import type { HostConfig } from '../config/host-config.js';
import { HOST_CONFIG } from '../config/tokens.js';

/** Who looks at a whole shop does not want to wait for one context that is away. */
const ANSWERS_WITHIN_MS = 3_000;

export interface Unreachable {
  readonly context: string;
  readonly reason: string;
}

/** Asks contexts on behalf of the user whose request is being served, wherever they run. */
@Injectable()
export class AskContexts {
  constructor(
    @Inject(HOST_CONFIG) private readonly config: HostConfig,
    private readonly queries: QueryBus,
    private readonly commands: CommandBus,
  ) {}

  /** The contexts of the application, or the one that is asked for. Throws as `context` does. */
  contexts(only?: string): readonly string[] {
    if (only !== undefined) return [this.context(only)];
    const { here, elsewhere } = this.config.placement;
    return [...here, ...elsewhere].filter((context) => context !== GATEWAY);
  }

  /** The name as it is given. Throws NotFoundException when there is no such context. */
  context(name: string): string {
    const all = this.contexts();
    if (!all.includes(name)) throw new NotFoundException(`there is no context ${name}; there are ${all.join(', ')}`);
    return name;
  }

  /**
   * Asks all at once; those that gave no answer are named, with the reason. The route has checked the asker, so one
   * context that refuses (its host has another key, or another version) is one more that gave no answer; a refusal by
   * all is thrown.
   */
  async all<A, T>(
    contexts: readonly string[],
    question: (context: string) => Query<A>,
    items: (answer: A, context: string) => readonly T[],
  ): Promise<{ items: T[]; unreachable: Unreachable[] }> {
    const found: T[] = [];
    const unreachable: Unreachable[] = [];
    const refusals: unknown[] = [];
    const ask = async (
      context: string,
    ): Promise<{ items: readonly T[] } | { gaveNone: IsolithError; context: string }> => {
      try {
        return {
          items: items(
            await this.queries.execute(withOptions(question(context), { timeoutMs: ANSWERS_WITHIN_MS })),
            context,
          ),
        };
      } catch (error) {
        if (!(error instanceof IsolithError)) throw error;
        return { gaveNone: error, context };
      }
    };
    for (const answer of await Promise.all(contexts.map(ask))) {
      if ('items' in answer) {
        found.push(...answer.items);
        continue;
      }
      const { gaveNone, context } = answer;
      unreachable.push({ context, reason: gaveNone.message });
      if (gaveNone instanceof ForbiddenError || gaveNone instanceof UnauthenticatedError) refusals.push(gaveNone);
    }
    if (refusals.length > 0 && refusals.length === contexts.length) throw refusals[0];
    return { items: found, unreachable };
  }

  one<A>(question: Query<A>): Promise<A> {
    return this.queries.execute(question);
  }

  tell<A>(command: Command<A>, id: string): Promise<A> {
    return this.commands.execute(withOptions(command, { id }));
  }
}
