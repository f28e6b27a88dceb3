import { JournalFeatureRegistration } from '@isolith/journal/internal';
import { JournalHost } from '@isolith/journal/nest';
import { WatchList } from '@isolith/message-bus';
import { HostLifecycle } from '@isolith/message-bus/nest';
import { Module, type DynamicModule } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { agentMigrations } from '../migrations/agent-migrations.js';
import type { Model } from '../model/model.js';
import { AgentRuns } from '../runs/agent-runs.js';
import type { RunPrincipals } from '../runs/run-principals.js';
import type { AgentsFeature } from './agents-feature.js';
import { AgentsHost } from './agents-host.js';
import type { Buses } from '../tools/tool-calls.js';

/** The agents of a context, in a host with `MessageBusModule` and `JournalModule`. */
@Module({})
export class AgentsModule {
  /**
   * The agents of one context, beside MessageBusModule.forRoot and JournalModule.forRoot. Provides the context's
   * `AgentRuns` to the importing module and adds its tables to the context's migrations. `imports` export the model and
   * the RunPrincipals, or a global module does.
   */
  static forFeature(feature: AgentsFeature): DynamicModule {
    const { context, schema, imports = [], model, principals } = feature;
    const host = `agents of ${context}`;
    const kept = { context, schema, migrations: agentMigrations };
    return {
      module: AgentsFeatureModule,
      imports,
      providers: [
        { provide: `tables of the ${host}`, useValue: new JournalFeatureRegistration(kept) },
        {
          provide: host,
          inject: [JournalHost, CommandBus, QueryBus, HostLifecycle, WatchList, model, principals],
          useFactory: (
            journals: JournalHost,
            commands: CommandBus,
            queries: QueryBus,
            lifecycle: HostLifecycle,
            watchList: WatchList,
            asked: Model,
            roles: RunPrincipals,
          ) => {
            const journal = journals.register(kept);
            const { draining } = lifecycle;
            const buses: Buses = {
              commands: { execute: (command) => commands.execute(command) },
              queries: { execute: (query) => queries.execute(query) },
            };
            const parts = { journal, journals, buses, model: asked, principals: roles, watchList, draining };
            const agents = new AgentsHost(feature, parts);
            lifecycle.join(agents);
            return agents;
          },
        },
        { provide: AgentRuns, inject: [host], useFactory: ({ runs }: AgentsHost) => runs },
      ],
      exports: [AgentRuns],
    };
  }
}

/** Holds what is bound to one context; Nest tells its instances apart by their providers. */
@Module({})
class AgentsFeatureModule {}
