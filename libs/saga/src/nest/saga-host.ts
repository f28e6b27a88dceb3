import { tellable } from '@isolith/contracts';
import { ContextDatabase, UnitOfWork, type ContextJournal } from '@isolith/journal';
import { DEFAULT_LEASE_MS, leaseTerms, SingleStatements } from '@isolith/journal/internal';
import type { JournalHost } from '@isolith/journal/nest';
import type { MessageRouter, WatchList } from '@isolith/message-bus';
import type { HostParticipant } from '@isolith/message-bus/nest';
import { Logger, type Type } from '@nestjs/common';
import type { ModuleRef } from '@nestjs/core';
import type { CommandBus } from '@nestjs/cqrs';
import {
  endedDaysOf,
  endedDaysViolations,
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
import { SAGA_EVENTS, sagaEventHandlers } from '../engine/saga-events.js';
import { signalDaysOf, signalDaysViolations } from '../operations/signal-days.js';
import { SignalRetention } from '../operations/signal-retention.js';
import { SagaSignals } from '../store/saga-signals.js';
import { engineViolations } from './engine-violations.js';
import type { SagaStatus } from './saga-status.js';

/** An injectable class that declares a saga; its steps may read what is injected into it. */
export interface DeclaresSaga {
  readonly definition: Saga<never>;
}

/** Bounds of the sagas of one context, and for how long they are kept. */
export interface SagaFeatureOptions extends SagaEngineOptions {
  /**
   * How long a saga of a host that has stopped is left alone by the others, in milliseconds: 100 to 600,000. Default
   * 5,000.
   */
  readonly leaseMs?: number;
  /**
   * For how many days ended sagas are kept with their timelines, 1 to 36,500 and not below the context's
   * `retention.inboxDays`. Default 90, or `inboxDays` where that is more. Afterwards a begin with the same id begins
   * anew. By then every context that its steps ask must have forgotten them, or it answers the new saga with what the
   * old one did: so keep them no shorter than the inbox of any of those.
   */
  readonly endedDays?: number;
  /**
   * For how many days events that sagas wait for are kept from when they came, 1 to `endedDays`. Default 30, or
   * `endedDays` where that is less. A saga that comes to its step later than that does not find them.
   */
  readonly signalDays?: number;
}

/** What a context's module states about its sagas. */
export interface SagaFeature {
  readonly context: string;
  /** Where its tables are, as its other modules state it (JournalFeature). */
  readonly schema?: string | undefined;
  /** Providers of the context's module. */
  readonly sagas?: readonly Type<DeclaresSaga>[];
  /**
   * Where the subscription `saga-events` begins in a journal that is older than it, as the list of all subscriptions
   * says; default `beginning`.
   */
  readonly eventsFrom?: 'beginning' | 'now';
  readonly options?: SagaFeatureOptions;
}

/** The sagas of one context as a part of the host. */
export class SagaHost implements HostParticipant {
  readonly name: string;
  readonly stage = 'processes';
  readonly sagas: Sagas;
  readonly operations: SagaOperations;
  private readonly engine: SagaEngine;
  private readonly unit: UnitOfWork;
  private readonly signals: SagaSignals;
  private readonly problems: string[] = [];
  private plans: readonly SagaPlan[] = [];

  constructor(
    private readonly feature: SagaFeature,
    journal: ContextJournal,
    private readonly journals: Pick<JournalHost, 'isEmbedded' | 'inboxDays' | 'alsoDelete' | 'mayLead'>,
    commands: CommandBus,
    private readonly modules: ModuleRef,
    status: SagaStatus,
    watchList: WatchList,
    private readonly router: Pick<MessageRouter, 'subscribe' | 'meetsNewer'>,
    /** Aborts when the host begins to stop. */
    draining: AbortSignal,
  ) {
    const { context, options: { leaseMs = DEFAULT_LEASE_MS, endedDays, signalDays, ...options } = {} } = feature;
    this.name = `sagas of ${context}`;
    this.problems.push(...engineViolations({ ...options, leaseMs }).map((violation) => `${this.name}: ${violation}`));
    const { schema } = journal;
    const database = new ContextDatabase(journal);
    const unit = new UnitOfWork(journal);
    this.unit = unit;
    this.signals = new SagaSignals(schema, unit);
    const terms = leaseTerms({ leaseMs, alone: journals.isEmbedded(context) });
    const statements = new SingleStatements(journal);
    const log = new Logger('Saga');
    const table = new SagaTable(schema, unit, statements, terms);
    const leases = new SagaLeases(schema, unit, database, terms);
    this.engine = new SagaEngine(
      {
        context,
        table,
        leases,
        execute: (command) => commands.execute(command),
        log,
        draining,
        mayLead: journals.mayLead,
        meetsNewer: (error) => router.meetsNewer(context, error),
      },
      options,
    );
    const { engine } = this;
    watchList.join(
      new SagaWatch({ context, schema, database, terms, held: engine.held, plans: () => engine.declared() }),
    );
    this.sagas = new Sagas(context, unit, table, this.engine);
    this.operations = new SagaOperations(schema, unit, this.engine, log);
    // What the inbox keeps is final once all modules have registered.
    const days = (): number => endedDaysOf(endedDays, journals.inboxDays(context));
    journals.alsoDelete(context, new SagaRetention({ context, schema, statements, days, log }));
    const eventDays = (): number => signalDaysOf(signalDays, days());
    journals.alsoDelete(context, new SignalRetention({ context, schema, statements, days: eventDays, log }));
    const overview = new SagaOverview(schema, database);
    const declared = (): readonly string[] => this.plans.map(({ name }) => name);
    if (!status.register(context, { overview, operations: this.operations, declared }))
      this.problems.push(`the sagas of ${context} are stated by two modules`);
  }

  verify(): readonly string[] {
    const { context, options: { endedDays, signalDays } = {} } = this.feature;
    const inboxDays = this.journals.inboxDays(context);
    const unkept = [
      ...endedDaysViolations(endedDays, inboxDays),
      ...signalDaysViolations(signalDays, endedDaysOf(endedDays, inboxDays)),
    ].map((violation) => `${this.name}: ${violation}`);
    return [...this.problems, ...unkept, ...sagaViolations(context, this.plans)];
  }

  /** Before verify(), and before the bus compares what is stated with what is handled. */
  declare(): void {
    const { context, sagas = [], eventsFrom: from = 'beginning' } = this.feature;
    this.plans = [...new Set(sagas)].flatMap((declaring) => this.planOf(declaring));
    this.engine.declare(this.plans);
    const { unit, signals, engine } = this;
    const handlers = sagaEventHandlers(this.plans, { unit, signals, engine });
    if (handlers.length === 0) return;
    const events = handlers.map(({ event }) => event.contract);
    this.router.subscribe({ context, subscription: SAGA_EVENTS, from, events }, handlers);
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
