import { randomUUID } from 'node:crypto';
import { ForbiddenError, UnauthenticatedError } from '@isolith/contracts';
import { nobody } from '@isolith/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BeginConversation, GetConversation } from '../assistant.contract.js';
import { noModel } from '../infra/no-model.js';
import { openAssistant, STARTS_WITHIN_MS, type AssistantUnderTest } from '../testing/open-assistant.js';

let assistant: AssistantUnderTest;
beforeAll(async () => void (assistant = await openAssistant(noModel())), STARTS_WITHIN_MS);
afterAll(() => assistant.close());

describe('a conversation', () => {
  it('begins at rest, as the sender’s own', async () => {
    const user = assistant.others.user();
    const id = await assistant.begin(user);
    expect(await assistant.conversation(id, user)).toMatchObject({
      id,
      assistant: 'shopping',
      status: 'resting',
      seq: 0,
      turns: 0,
      costMicros: 0,
      approvals: [],
    });
  });

  it('that is begun twice under one id is one', async () => {
    const user = assistant.at(assistant.others.user());
    const id = randomUUID();
    const begin = () => assistant.send(new BeginConversation({ assistant: 'shopping' }), user, { id });
    const [first, second] = [await begin(), await begin()];
    expect(second).toEqual(first);
    expect(await assistant.ask(new GetConversation(first), user)).toMatchObject({ id: first.conversationId });
  });

  it('about what is stuck is for support and admins', async () => {
    const user = assistant.others.user();
    await expect(assistant.begin(user, 'triage')).rejects.toBeInstanceOf(ForbiddenError);
    const support = assistant.others.user('support');
    const id = await assistant.begin(support, 'triage', ['support']);
    expect(await assistant.conversation(id, support)).toMatchObject({ assistant: 'triage' });
  });

  it('is nobody’s who is not signed in', async () => {
    const begin = assistant.send(new BeginConversation({ assistant: 'shopping' }), nobody);
    await expect(begin).rejects.toBeInstanceOf(UnauthenticatedError);
  });
});
