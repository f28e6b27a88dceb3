import { tellable } from '@isolith/contracts';
import { ContextDatabase, SingleStatements, UnitOfWork, type ContextJournal } from '@isolith/journal';
import type { JournalHost } from '@isolith/journal/nest';
import type { WatchList } from '@isolith/message-bus';
import type { HostParticipant } from '@isolith/message-bus/nest';
import { Logger, type Type } from '@nestjs/common';
import type { ModuleRef } from '@nestjs/core';
import type { CommandBus } from '@nestjs/cqrs';
import {
  DEFAULT_LEASE_MS,
  endedDaysOf,
  endedDaysViolations,
  leaseTerms,
  SagaEngine,
  SagaLeases,
  SagaOperations,
  SagaOverview,
  SagaRetention,
  Sagas,
  SagaTable,
  SagaWatch,
  sagaViolations,
  type Saga,
  type SagaEngineOptions,
  type SagaPlan,
} from '../index.js';
import type { SagaStatus } from './saga-status.js';

/** An injectable class that declares a saga; its steps may read what is injected into it. */
export interface DeclaresSaga {
  readonly definition: Saga<never>;
}

export interface SagaFeatureOptions extends SagaEngineOptions {
  /** How long a saga of a host that has stopped is left alone by the others, in milliseconds: 100 to 600,000. Default 5,000. */
  readonly leaseMs?: number;
  /**
   * For how many days ended sagas are kept with their timelines, 1 to 36,500 and not below the context's `retention.inboxDays`. Default
   * 90, or `inboxDays` where that is more. Afterwards a begin with the same id begins anew. By then every context that its steps ask must
   * have forgotten them, or it answers the new saga with what the old one did: so keep them no shorter than the inbox of any of those.
   */
  readonly endedDays?: number;
}

/** What a context's module states about its sagas. */
export interface SagaFeature {
  readonly context: string;
  /** Providers of the context's module. */
  readonly sagas?: readonly Type<DeclaresSaga>[];
  readonly options?: SagaFeatureOptions;
}

/** The sagas of one context as a part of the host. */
export class SagaHost implements HostParticipant {
  readonly name: string;
  readonly stage = 'processes';
  readonly sagas: Sagas;
  readonly operations: SagaOperations;
  private readonly engine: SagaEngine;
  private readonly problems: string[] = [];

  constructor(
    private readonly feature: SagaFeature,
    journal: ContextJournal,
    private readonly journals: Pick<JournalHost, 'isEmbedded' | 'inboxDays' | 'alsoDelete' | 'mayLead'>,
    commands: CommandBus,
    private readonly modules: ModuleRef,
    status: SagaStatus,
    watchList: WatchList,
    /** Aborts when the host begins to stop. */
    draining: AbortSignal,
  ) {
    const { context, options: { leaseMs = DEFAULT_LEASE_MS, endedDays, ...options } = {} } = feature;
    this.name = `sagas of ${context}`;
    if (!(leaseMs >= 100 && leaseMs <= 600_000))
      this.problems.push(`${this.name}: leaseMs must be 100 to 600000, not ${leaseMs}`);
    const database = new ContextDatabase(journal);
    const unit = new UnitOfWork(journal);
    const terms = leaseTerms({ leaseMs, alone: journals.isEmbedded(context) });
    const statements = new SingleStatements(journal);
    const log = new Logger('Saga');
    const table = new SagaTable(context, unit, statements, terms);
    const leases = new SagaLeases(context, unit, database, terms);
    this.engine = new SagaEngine(
      {
        context,
        table,
        leases,
        execute: (command) => commands.execute(command),
        log,
        draining,
        mayLead: journals.mayLead,
      },
      options,
    );
    const { engine } = this;
    watchList.join(new SagaWatch({ context, database, terms, held: engine.held, plans: () => engine.declared() }));
    this.sagas = new Sagas(context, unit, table, this.engine);
    this.operations = new SagaOperations(context, unit, this.engine);
    // What the inbox keeps is final once all modules have registered.
    const days = (): number => endedDaysOf(endedDays, journals.inboxDays(context));
    journals.alsoDelete(context, new SagaRetention({ context, statements, days, log }));
    const overview = new SagaOverview(context, database);
    if (!status.register(context, overview, this.operations))
      this.problems.push(`the sagas of ${context} are stated by two modules`);
  }

  verify(): readonly string[] {
    const { context, sagas = [], options: { endedDays } = {} } = this.feature;
    const plans = [...new Set(sagas)].flatMap((declaring) => this.planOf(declaring));
    this.engine.declare(plans);
    const unkept = endedDaysViolations(endedDays, this.journals.inboxDays(context)).map(
      (violation) => `${this.name}: ${violation}`,
    );
    return [...this.problems, ...unkept, ...sagaViolations(context, plans)];
  }

  start(): Promise<void> {
    return this.engine.start();
  }

  drain(signal: AbortSignal): Promise<void> {
    return this.engine.drain(signal);
  }

  private planOf(declaring: Type<DeclaresSaga>): SagaPlan[] {
    try {
      return [this.modules.get(declaring, { strict: false }).definition.plan];
    } catch (error) {
      this.problems.push(`${this.name}: ${declaring.name} can't be had: ${tellable(error).message}`);
      return [];
    }
  }
}
