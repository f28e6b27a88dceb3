import { ContextDatabase, UnitOfWork, type ContextJournal } from '@isolith/journal';
import { DEFAULT_LEASE_MS, SingleStatements, leaseTerms } from '@isolith/journal/internal';
import type { JournalHost } from '@isolith/journal/nest';
import type { WatchList } from '@isolith/message-bus';
import type { HostParticipant } from '@isolith/message-bus/nest';
import { Logger } from '@nestjs/common';
import { AgentEngine } from '../engine/agent-engine.js';
import { AgentTools } from '../engine/agent-tools.js';
import { RunWatch } from '../engine/run-watch.js';
import type { Model } from '../model/model.js';
import type { RunPrincipals } from '../runs/run-principals.js';
import { StoredAgentRuns } from '../engine/stored-agent-runs.js';
import { Approvals } from '../store/approvals.js';
import { DayUse } from '../store/day-use.js';
import { RunLeases } from '../leases/run-leases.js';
import { RunRetention } from '../store/run-retention.js';
import { RunSaves } from '../store/run-saves.js';
import { ToolCalls, type Buses } from '../tools/tool-calls.js';
import type { AgentsFeature } from './agents-feature.js';
import { agentsViolations } from './agents-violations.js';

const KEPT_DAYS = 90;
const ASK_WITHIN_MS = 120_000;

/** What an AgentsHost is given beside what its context states. */
export interface AgentsHostParts {
  readonly journal: ContextJournal;
  readonly journals: Pick<JournalHost, 'isEmbedded' | 'inboxDays' | 'alsoDelete' | 'mayLead'>;
  readonly buses: Buses;
  readonly model: Model;
  readonly principals: RunPrincipals;
  readonly watchList: WatchList;
  /** Aborts when the host begins to stop. */
  readonly draining: AbortSignal;
}

/** The agents of one context as a part of the host. */
export class AgentsHost implements HostParticipant {
  readonly name: string;
  readonly stage = 'processes';
  readonly runs: StoredAgentRuns;
  private readonly engine: AgentEngine;

  constructor(
    private readonly feature: AgentsFeature,
    private readonly parts: AgentsHostParts,
  ) {
    const { context, agents: stated, options = {} } = feature;
    const { journal, journals, buses, model, principals, watchList, draining } = parts;
    const { leaseMs = DEFAULT_LEASE_MS, askWithinMs = ASK_WITHIN_MS, keptDays, ...engineOptions } = options;
    this.name = `agents of ${context}`;
    const { schema } = journal;
    const unit = new UnitOfWork(journal);
    const database = new ContextDatabase(journal);
    const log = new Logger('Agents');
    const terms = leaseTerms({ leaseMs, alone: journals.isEmbedded(context) });
    const agents = new Map(stated.map((agent) => [agent.name, agent]));
    const onError = (error: Error, tool: string): void => log.error({ message: `tool ${tool} failed`, err: error });
    this.engine = new AgentEngine(
      {
        context,
        agents,
        model,
        principals,
        log,
        draining,
        mayLead: journals.mayLead,
        tools: new AgentTools(new ToolCalls({ context, buses, onError })),
        saves: new RunSaves(schema, unit, leaseMs),
        leases: new RunLeases(schema, unit, database, terms),
        approvals: new Approvals(schema, unit),
        use: new DayUse(schema, unit),
      },
      { ...engineOptions, askWithinMs },
    );
    this.runs = new StoredAgentRuns({ context, schema, unit, database, agents, moves: this.engine });
    const { held } = this.engine;
    watchList.join(new RunWatch({ context, schema, database, terms, agents: [...agents.keys()], held, askWithinMs }));
    // What the inbox keeps is final once all modules have registered.
    const days = (): number => keptDays ?? Math.max(KEPT_DAYS, journals.inboxDays(context));
    const statements = new SingleStatements(journal);
    journals.alsoDelete(context, new RunRetention({ context, schema, statements, days, log }));
  }

  verify(): readonly string[] {
    const { context, agents, options = {} } = this.feature;
    const inboxDays = this.parts.journals.inboxDays(context);
    return agentsViolations(context, agents, options, inboxDays).map((violation) => `${this.name}: ${violation}`);
  }

  async start(): Promise<void> {
    this.engine.start();
  }

  drain(signal: AbortSignal): Promise<void> {
    return this.engine.drain(signal);
  }
}
