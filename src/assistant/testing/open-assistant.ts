import { setTimeout as pause } from 'node:timers/promises';
import type { Model } from '@isolith/agents';
import type { Principal } from '@isolith/contracts';
import { openContext, user as userOf } from '@isolith/testing';
import { z } from 'zod';
import {
  BeginConversation,
  DecideApproval,
  GetConversation,
  ListEntries,
  Say,
  type AssistantName,
  type Conversation,
  type ConversationStatus,
  type Entry,
} from '../assistant.contract.js';
import { assistant } from '../assistant.context.js';
import { AssistantModule } from '../assistant.module.js';
import { ASSISTANT_MODEL } from '../infra/assistant-model.js';
import { Operated, operatedContexts } from './operated-contexts.js';
import { OtherContexts, otherContexts } from './other-contexts.js';

/** How long a spec waits for the start: a busy machine needs its time for a database. */
export const STARTS_WITHIN_MS = 120_000;
const HAPPENS_WITHIN_MS = 20_000;

/** Somebody at the edge, with the roles of this moment. */
const at = (user: string, roles: readonly string[] = ['customer']): Principal => userOf(user, ...roles);

/** The context as it runs in a host, on a database of its own, among contexts that only pretend. Close it after use. */
export async function openAssistant(model: Model) {
  const opened = await openContext(assistant, {
    module: AssistantModule,
    standIns: [...otherContexts, ...operatedContexts],
    replaced: [[ASSISTANT_MODEL, model]],
  });
  const conversation = (conversationId: string, user: string): Promise<Conversation> =>
    opened.ask(new GetConversation({ conversationId }), at(user));

  return Object.assign(opened, {
    others: opened.get(OtherContexts),
    operated: opened.get(Operated).done,
    at,
    conversation,
    begin: async (user: string, name: AssistantName = 'shopping', roles?: readonly string[]): Promise<string> =>
      (await opened.send(new BeginConversation({ assistant: name }), at(user, roles))).conversationId,
    say: async (conversationId: string, user: string, text: string): Promise<number> =>
      (await opened.send(new Say({ conversationId, text }), at(user))).seq,
    decide: (conversationId: string, user: string, approvalId: string, approved: boolean): Promise<void> =>
      opened.send(new DecideApproval({ conversationId, approvalId, approved }), at(user)),
    entries: async (conversationId: string, user: string, after = 0): Promise<readonly Entry[]> =>
      (await opened.ask(new ListEntries({ conversationId, after }), at(user))).items,
    /** Tables of the context in which something is written, by name. */
    tablesWith: async (text: string): Promise<readonly string[]> => {
      const tables = await opened.read(
        z.object({ name: z.string() }),
        `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'assistant' ORDER BY 1`,
      );
      const found = await Promise.all(
        tables.map(async ({ name }) => {
          const rows = `SELECT 1 AS one FROM assistant."${name}" AS t WHERE t::text LIKE '%' || $1 || '%' LIMIT 1`;
          return (await opened.read(z.object({ one: z.int() }), rows, [text])).length > 0 ? [name] : [];
        }),
      );
      return found.flat();
    },
    /** Waits until the conversation stands so; fails with how it stands instead. */
    until: async (conversationId: string, user: string, status: ConversationStatus): Promise<Conversation> => {
      const end = Date.now() + HAPPENS_WITHIN_MS;
      for (;;) {
        const found = await conversation(conversationId, user);
        if (found.status === status) return found;
        if (Date.now() > end) throw new Error(`the conversation is ${found.status}, not ${status}`);
        await pause(10);
      }
    },
  });
}

export type AssistantUnderTest = Awaited<ReturnType<typeof openAssistant>>;
