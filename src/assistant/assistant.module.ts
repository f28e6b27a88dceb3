import { RUN_PRINCIPALS } from '@isolith/agents';
import { AgentsModule, CallApprovalsModule } from '@isolith/agents/nest';
import { IsolithModule } from '@isolith/isolith';
import { Module } from '@nestjs/common';
import { assistant } from './assistant.context.js';
import { AssistantPortsModule } from './assistant-ports.module.js';
import { BeginConversationHandler } from './features/begin-conversation.js';
import { DecideApprovalHandler } from './features/decide-approval.js';
import { GetConversationHandler } from './features/get-conversation.js';
import { ListConversationsHandler } from './features/list-conversations.js';
import { ListEntriesHandler } from './features/list-entries.js';
import { SayHandler } from './features/say.js';
import { shoppingAgent } from './features/shopping.agent.js';
import { StopConversationHandler } from './features/stop-conversation.js';
import { triageAgent } from './features/triage.agent.js';
import { ASSISTANT_MODEL } from './infra/assistant-model.js';
import { ConversationAgents } from './infra/conversation-agents.js';

const agents = new ConversationAgents({ shopping: shoppingAgent, triage: triageAgent });

@Module({
  imports: [
    IsolithModule.forFeature(assistant),
    CallApprovalsModule.forFeature({ context: assistant.name }),
    AgentsModule.forFeature({
      context: assistant.name,
      agents: agents.all,
      model: ASSISTANT_MODEL,
      principals: RUN_PRINCIPALS,
      imports: [AssistantPortsModule],
    }),
  ],
  providers: [
    { provide: ConversationAgents, useValue: agents },
    BeginConversationHandler,
    SayHandler,
    StopConversationHandler,
    DecideApprovalHandler,
    GetConversationHandler,
    ListConversationsHandler,
    ListEntriesHandler,
  ],
})
export class AssistantModule {}
