import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApprovalOver, ConversationNotFound, StopConversation } from '../assistant.contract.js';
import { openAssistant, STARTS_WITHIN_MS, type AssistantUnderTest } from '../testing/open-assistant.js';
import { demonstration } from './demonstration.js';

let assistant: AssistantUnderTest;
beforeAll(async () => void (assistant = await openAssistant(demonstration())), STARTS_WITHIN_MS);
afterAll(() => assistant.close());

const stop = (conversationId: string, user: string) =>
  assistant.send(new StopConversation({ conversationId }), assistant.at(user));

describe('a conversation that is stopped', () => {
  it('rests, and what waited in it is done no more', async () => {
    const user = assistant.others.user();
    const orderId = assistant.others.order(user);
    const id = await assistant.begin(user);
    await assistant.say(id, user, 'Cancel my order');
    const { approvals } = await assistant.until(id, user, 'waiting');
    await stop(id, user);
    expect(await assistant.until(id, user, 'resting')).toMatchObject({ end: { why: 'stopped' }, approvals: [] });
    const decided = assistant.decide(id, user, approvals[0]?.id ?? '', true);
    await expect(decided).rejects.toBeInstanceOf(ApprovalOver);
    expect(assistant.others.done.filter((one) => one.orderId === orderId)).toEqual([]);
  });

  it('goes on with what is said next', async () => {
    const user = assistant.others.user();
    const id = await assistant.begin(user);
    await assistant.say(id, user, 'Hello');
    await stop(id, user);
    await stop(id, user);
    await assistant.say(id, user, 'Once more');
    await assistant.until(id, user, 'resting');
    const last = (await assistant.entries(id, user)).at(-1);
    expect(last).toMatchObject({ kind: 'ended', why: 'answered' });
  });

  it('is the sender’s own', async () => {
    const [ada, bob] = [assistant.others.user(), assistant.others.user()];
    const id = await assistant.begin(ada);
    await expect(stop(id, bob)).rejects.toBeInstanceOf(ConversationNotFound);
    await expect(stop(randomUUID(), ada)).rejects.toBeInstanceOf(ConversationNotFound);
  });
});
