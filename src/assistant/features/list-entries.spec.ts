import { randomUUID } from 'node:crypto';
import { scriptedModel } from '@isolith/agents';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConversationNotFound, ListEntries } from '../assistant.contract.js';
import { openAssistant, STARTS_WITHIN_MS, type AssistantUnderTest } from '../testing/open-assistant.js';

/** What the model answers when a spec lets it. */
let answer = Promise.withResolvers<void>();

let assistant: AssistantUnderTest;
beforeAll(async () => {
  assistant = await openAssistant(
    scriptedModel(async () => {
      await answer.promise;
      return { say: 'Here you are.' };
    }),
  );
}, STARTS_WITHIN_MS);
afterAll(() => assistant.close());

const list = (conversationId: string, user: string, more: { after?: number; limit?: number; waitMs?: number } = {}) =>
  assistant.ask(new ListEntries({ conversationId, ...more }), assistant.at(user));

describe('what happened in a conversation', () => {
  it('is told from where the reader is, as much as he wants, with how it stands', async () => {
    const user = assistant.others.user();
    const id = await assistant.begin(user);
    answer = Promise.withResolvers();
    await assistant.say(id, user, 'Hello');
    answer.resolve();
    await assistant.until(id, user, 'resting');
    const all = await list(id, user);
    expect(all).toMatchObject({ status: 'resting', seq: all.items.length });
    expect(all.items.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
    expect((await list(id, user, { after: 1, limit: 2 })).items).toEqual(all.items.slice(1, 3));
    expect((await list(id, user, { after: 4 })).items).toEqual([]);
  });

  it('is waited for where it is nothing yet, and told as soon as there is something', async () => {
    const user = assistant.others.user();
    const id = await assistant.begin(user);
    answer = Promise.withResolvers();
    await assistant.say(id, user, 'Hello');
    const waiting = list(id, user, { after: 2, waitMs: 2_000 });
    answer.resolve();
    const { items } = await waiting;
    expect(items[0]).toMatchObject({ seq: 3, kind: 'answered', text: 'Here you are.' });
  });

  it('is nothing after the time that it was waited for', async () => {
    const user = assistant.others.user();
    const id = await assistant.begin(user);
    await expect(list(id, user, { waitMs: 50 })).resolves.toEqual({ items: [], status: 'resting', seq: 0 });
  });

  it('is told to its owner', async () => {
    const user = assistant.others.user();
    const id = await assistant.begin(user);
    await expect(list(id, assistant.others.user())).rejects.toBeInstanceOf(ConversationNotFound);
    await expect(list(randomUUID(), user, { waitMs: 2_000 })).rejects.toBeInstanceOf(ConversationNotFound);
  });
});
