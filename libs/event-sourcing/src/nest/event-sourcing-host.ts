import { tellable } from '@isolith/contracts';
import { ContextDatabase, UnitOfWork, type ContextJournal } from '@isolith/journal';
import type { JournalHost } from '@isolith/journal/nest';
import type { MessageRouter, WatchList } from '@isolith/message-bus';
import type { HostParticipant } from '@isolith/message-bus/nest';
import { Logger, type Type } from '@nestjs/common';
import type { ModuleRef, ModulesContainer } from '@nestjs/core';
import { Aggregates } from '../aggregates.js';
import { InlineViews, type InlineView } from '../inline-view.js';
import { Builds } from '../projection/builds.js';
import { ProjectionRunner } from '../projection/projection-runner.js';
import { Projections } from '../projection/projections.js';
import { aggregateSql } from '../snapshot/snapshot-sql.js';
import { Snapshots } from '../snapshot/snapshots.js';
import type { AggregateRegistry } from './aggregate-registry.js';
import { declarationProblems } from './declaration-problems.js';
import type { EventSourcingFeature } from './event-sourcing-feature.js';
import type { ProjectionRegistry } from './projection-registry.js';
import { statedEvents } from './stated-events.js';

export interface EventSourcingParts {
  readonly journal: ContextJournal;
  readonly journals: Pick<JournalHost, 'reader'>;
  readonly modules: ModuleRef;
  readonly container: ModulesContainer;
  readonly registry: ProjectionRegistry;
  readonly aggregates: AggregateRegistry;
  readonly watchList: WatchList;
  readonly router: Pick<MessageRouter, 'meetsNewer'>;
}

/** The aggregates and projections of one context as a part of the host. */
export class EventSourcingHost implements HostParticipant {
  readonly name: string;
  readonly stage = 'processes';
  readonly aggregates: Aggregates;
  readonly projections: Projections;
  private readonly snapshots: Snapshots;
  private readonly views = new InlineViews();
  private readonly runner: ProjectionRunner;
  private readonly problems: string[] = [];

  constructor(
    private readonly feature: EventSourcingFeature,
    private readonly parts: EventSourcingParts,
  ) {
    const { context, projections = [] } = feature;
    const { journal, journals, registry, watchList, router } = parts;
    this.name = `event sourcing of ${context}`;
    const logger = new Logger('EventSourcing');
    const report = (message: string, err: unknown): void => logger.warn({ message, context, err });
    const { schema } = journal;
    const unit = new UnitOfWork(journal);
    const database = new ContextDatabase(journal);
    const states = (event: string): boolean =>
      statedEvents(parts.container, context).some(({ name }) => name === event);
    parts.aggregates.register(context, feature.aggregates ?? [], states);
    this.snapshots = new Snapshots({ context, unit, sql: aggregateSql(schema), report });
    this.aggregates = new Aggregates({
      context,
      schema,
      unit,
      database,
      snapshots: this.snapshots,
      views: this.views,
      states,
    });
    const shared = {
      context,
      projections,
      unit,
      builds: new Builds(schema, unit, database),
      reader: () => journals.reader(context),
    };
    const runner = new ProjectionRunner({
      ...shared,
      report,
      tell: (message) => logger.log({ message, context }),
      meetsNewer: (error) => router.meetsNewer(context, error),
    });
    this.runner = runner;
    this.projections = new Projections({
      ...shared,
      database,
      wake: () => runner.wake(),
      moved: (longestMs) => runner.afterNextStep(longestMs),
    });
    if (projections.length === 0) return;
    watchList.join({ name: `projections of ${context}`, look: () => runner.waiting() });
    if (!registry.register(context, this.projections))
      this.problems.push(`the projections of ${context} are stated by two modules`);
  }

  verify(): readonly string[] {
    const { views = [] } = this.feature;
    return [
      ...this.problems,
      ...declarationProblems(this.feature, statedEvents(this.parts.container, this.feature.context)),
      ...[...new Set(views)].flatMap((view) => this.viewProblems(view)),
    ];
  }

  async start(): Promise<void> {
    const { context, projections = [] } = this.feature;
    const taken = new Set(projections.flatMap(({ types }) => types));
    this.parts.journal.signal.onCommit(context, (types) => {
      if ([...types].some((type) => taken.has(type))) this.runner.notice();
    });
    this.runner.start();
  }

  async drain(): Promise<void> {
    await Promise.all([this.runner.stop(), this.snapshots.drain()]);
  }

  /** Nest has made every provider by now. */
  private viewProblems(declared: Type<InlineView>): readonly string[] {
    const { context, aggregates = [] } = this.feature;
    try {
      const view = this.parts.modules.get(declared, { strict: false });
      this.views.add(view);
      return aggregates.some(({ name }) => name === view.of.name)
        ? []
        : [`${declared.name} shows the aggregate ${view.of.name}, which ${context} does not list`];
    } catch (error) {
      return [`${this.name}: ${declared.name} can't be had: ${tellable(error).message}`];
    }
  }
}
