import { ContextDatabase, UnitOfWork, type ContextJournal } from '@isolith/journal';
import type { HostParticipant } from '@isolith/message-bus/nest';
import { Logger, type Type } from '@nestjs/common';
import type { ModuleRef } from '@nestjs/core';
import type { CommandBus } from '@nestjs/cqrs';
import { SagaEngine, SagaOverview, Sagas, SagaTable, sagaViolations, type Saga, type SagaEngineOptions, type SagaPlan } from '../index.js';
import type { SagaStatus } from './saga-status.js';

/** An injectable class that declares a saga; its steps may read what is injected into it. */
export interface DeclaresSaga {
  readonly definition: Saga<never>;
}

/** What a context's module states about its sagas. */
export interface SagaFeature {
  readonly context: string;
  /** Providers of the context's module. */
  readonly sagas?: readonly Type<DeclaresSaga>[];
  readonly options?: SagaEngineOptions;
}

/** The sagas of one context as a part of the host. */
export class SagaHost implements HostParticipant {
  readonly name: string;
  readonly sagas: Sagas;
  private readonly engine: SagaEngine;
  private readonly problems: string[] = [];
  private readonly stopListening: () => void;

  constructor(
    private readonly feature: SagaFeature,
    journal: ContextJournal,
    commands: CommandBus,
    private readonly modules: ModuleRef,
    status: SagaStatus,
  ) {
    const { context, options } = feature;
    this.name = `sagas of ${context}`;
    const database = new ContextDatabase(journal);
    const table = new SagaTable(context, new UnitOfWork(journal), database);
    this.engine = new SagaEngine({ context, table, execute: (command) => commands.execute(command), log: new Logger('Saga') }, options);
    this.sagas = new Sagas(context, table, this.engine);
    this.stopListening = journal.signal.onCommit(context, () => this.engine.committed());
    if (!status.register(context, new SagaOverview(context, database))) this.problems.push(`the sagas of ${context} are stated by two modules`);
  }

  verify(): readonly string[] {
    const { context, sagas = [] } = this.feature;
    const plans = [...new Set(sagas)].flatMap((declaring) => this.planOf(declaring));
    this.engine.declare(plans);
    return [...this.problems, ...sagaViolations(context, plans)];
  }

  start(): Promise<void> {
    return this.engine.start();
  }

  async drain(signal: AbortSignal): Promise<void> {
    this.stopListening();
    await this.engine.drain(signal);
  }

  private planOf(declaring: Type<DeclaresSaga>): SagaPlan[] {
    try {
      return [this.modules.get(declaring, { strict: false }).definition.plan];
    } catch (error) {
      this.problems.push(`${this.name}: ${declaring.name} can't be had: ${error instanceof Error ? error.message : String(error)}`);
      return [];
    }
  }
}
