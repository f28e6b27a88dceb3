import { ContextDatabase, UnitOfWork, type ContextJournal } from '@isolith/journal';
import { SingleStatements } from '@isolith/journal/internal';
import type { JournalHost } from '@isolith/journal/nest';
import { eventId, isHere, type EventHandler, type MessageRouter } from '@isolith/message-bus';
import { BusFeatureRegistration, type HostParticipant } from '@isolith/message-bus/nest';
import type { ModulesContainer } from '@nestjs/core';
import type { CommandBus } from '@nestjs/cqrs';
import {
  choreographyViolations,
  react,
  RefusalRetention,
  RefusalTable,
  type Choreography,
  type KnownMessages,
  type ReactParts,
} from '../index.js';

/** What a context's module states about its choreographies. */
export interface ChoreographyFeature {
  readonly context: string;
  /** Where its tables are, as its other modules state it (JournalFeature). */
  readonly schema?: string | undefined;
  readonly choreographies: readonly Choreography[];
}

/** The choreographies of one context as a part of the host: the handlers of the subscriptions of their names. */
export class ChoreographyHost implements HostParticipant {
  readonly name: string;
  readonly stage = 'processes';

  constructor(
    private readonly feature: ChoreographyFeature,
    journal: ContextJournal,
    journals: Pick<JournalHost, 'inboxDays' | 'alsoDelete'>,
    commands: Pick<CommandBus, 'execute'>,
    private readonly router: Pick<MessageRouter, 'subscribe' | 'requests' | 'placement' | 'hasRemote'>,
    private readonly modules: ModulesContainer,
  ) {
    const { context, choreographies } = feature;
    this.name = `choreographies of ${context}`;
    const { schema } = journal;
    const parts: ReactParts = {
      execute: (command) => commands.execute(command),
      refusals: new RefusalTable(schema, new UnitOfWork(journal), new ContextDatabase(journal)),
    };
    journals.alsoDelete(
      context,
      new RefusalRetention(schema, new SingleStatements(journal), () => journals.inboxDays(context)),
    );
    for (const one of choreographies) this.subscribe(one, parts);
  }

  verify(): readonly string[] {
    const { context, choreographies } = this.feature;
    return choreographyViolations(context, choreographies, this.known());
  }

  private subscribe(one: Choreography, parts: ReactParts): void {
    const [context, subscription] = [one.name.split('.', 1)[0] ?? '', one.name.slice(one.name.indexOf('.') + 1)];
    const handlers = one.events.map((event): EventHandler => ({
      event,
      by: `choreography ${one.name}`,
      invoke: (happened) => react(one, { event: happened, eventId: eventId() }, parts),
    }));
    const events = one.events.map(({ contract }) => contract);
    this.router.subscribe({ context, subscription, from: one.from, events }, handlers, one.retry);
  }

  /** All modules have registered and the bus has found their handlers. */
  private known(): KnownMessages {
    const { router } = this;
    const handled = new Set<string>(router.requests().map(({ message }) => message.contract.name));
    const stated = this.stated();
    return {
      hasCommand: ({ name, context }) =>
        isHere(router.placement, context) ? handled.has(name) : router.hasRemote ? undefined : false,
      hasEvent: ({ name, context }) => stated.get(context)?.has(name),
    };
  }

  /** The messages of each context that a module of this host states any of. */
  private stated(): ReadonlyMap<string, ReadonlySet<string>> {
    const features = [...this.modules.values()]
      .flatMap(({ providers }) => [...providers.values()].map(({ instance }): unknown => instance))
      .flatMap((instance) => (instance instanceof BusFeatureRegistration ? [instance.feature] : []));
    const known = new Map<string, Set<string>>();
    for (const { context, contracts = [] } of features) {
      if (contracts.length === 0) continue;
      const names = known.get(context) ?? new Set();
      for (const { contract } of contracts) names.add(contract.name);
      known.set(context, names);
    }
    return known;
  }
}
