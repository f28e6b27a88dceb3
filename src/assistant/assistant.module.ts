import { IsolithModule } from '@isolith/isolith';
import { Module } from '@nestjs/common';
import { assistant } from './assistant.context.js';
import { BeginConversationHandler } from './features/begin-conversation.js';
import { DecideApprovalHandler } from './features/decide-approval.js';
import { GetConversationHandler } from './features/get-conversation.js';
import { ListConversationsHandler } from './features/list-conversations.js';
import { ListEntriesHandler } from './features/list-entries.js';
import { SayHandler } from './features/say.js';
import { StopConversationHandler } from './features/stop-conversation.js';

@Module({
  imports: [IsolithModule.forFeature(assistant)],
  providers: [
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
