import { BeginConversationRoute } from './features/begin-conversation.route.js';
import { ConversationEventsRoute } from './features/conversation-events.route.js';
import { DecideApprovalRoute } from './features/decide-approval.route.js';
import { GetConversationRoute } from './features/get-conversation.route.js';
import { ListConversationsRoute } from './features/list-conversations.route.js';
import { SayRoute } from './features/say.route.js';
import { StopConversationRoute } from './features/stop-conversation.route.js';

export const assistantRoutes = [
  BeginConversationRoute,
  ListConversationsRoute,
  GetConversationRoute,
  SayRoute,
  ConversationEventsRoute,
  DecideApprovalRoute,
  StopConversationRoute,
];
