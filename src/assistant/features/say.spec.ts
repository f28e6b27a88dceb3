import { randomUUID } from 'node:crypto';
import { ContractViolationError } from '@isolith/contracts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConversationNotFound, Say } from '../assistant.contract.js';
import { noModel, NO_MODEL } from '../infra/no-model.js';
import { openAssistant, STARTS_WITHIN_MS, type AssistantUnderTest } from '../testing/open-assistant.js';

let assistant: AssistantUnderTest;
beforeAll(async () => void (assistant = await openAssistant(noModel())), STARTS_WITHIN_MS);
afterAll(() => assistant.close());

const kinds = async (id: string, user: string) => (await assistant.entries(id, user)).map(({ kind }) => kind);

describe('what is said', () => {
  it('is kept and answered; without a model that is one sentence which says so', async () => {
    const user = assistant.others.user();
    const id = await assistant.begin(user);
    expect(await assistant.say(id, user, 'Where is my order?')).toBe(1);
    const nothing = { inputTokens: 0, outputTokens: 0, costMicros: 0 };
    expect(await assistant.until(id, user, 'resting')).toMatchObject({
      end: { why: 'answered' },
      turns: 1,
      ...nothing,
    });
    expect(await assistant.entries(id, user)).toMatchObject([
      { seq: 1, kind: 'said', text: 'Where is my order?' },
      { seq: 2, kind: 'asked', turn: 1, attempt: 1 },
      { seq: 3, kind: 'answered', text: NO_MODEL, calls: [] },
      { seq: 4, kind: 'ended', why: 'answered' },
    ]);
  });

  it('twice under one id is said once', async () => {
    const user = assistant.others.user();
    const conversationId = await assistant.begin(user);
    const id = randomUUID();
    const say = () => assistant.send(new Say({ conversationId, text: 'Hello' }), assistant.at(user), { id });
    expect(await say()).toEqual(await say());
    await assistant.until(conversationId, user, 'resting');
    expect((await kinds(conversationId, user)).filter((kind) => kind === 'said')).toHaveLength(1);
  });

  it('is said in nobody else’s conversation, nor in one that there is not', async () => {
    const [ada, bob] = [assistant.others.user(), assistant.others.user()];
    const id = await assistant.begin(ada);
    await expect(assistant.say(id, bob, 'Hello')).rejects.toBeInstanceOf(ConversationNotFound);
    await expect(assistant.say(randomUUID(), ada, 'Hello')).rejects.toBeInstanceOf(ConversationNotFound);
    expect(await kinds(id, ada)).toEqual([]);
  });

  it.each([
    ['nothing', ''],
    ['blanks', '   '],
    ['a NUL', 'a\0b'],
    ['what moves a cursor', '\u001b[2J'],
    ['4,001 characters', 'x'.repeat(4_001)],
  ])('is text, not %s', async (_, text) => {
    const user = assistant.others.user();
    const id = await assistant.begin(user);
    await expect(assistant.say(id, user, text)).rejects.toBeInstanceOf(ContractViolationError);
  });

  it('may have several lines', async () => {
    const user = assistant.others.user();
    const id = await assistant.begin(user);
    await expect(assistant.say(id, user, 'Two questions:\r\n\tone\n\ttwo')).resolves.toBe(1);
  });

  it('is kept by the conversation alone: no event, no reply, no other row', async () => {
    const user = assistant.others.user();
    const id = await assistant.begin(user);
    await assistant.say(id, user, 'My secret is a heron');
    await assistant.until(id, user, 'resting');
    expect(JSON.stringify(await assistant.recorded())).not.toContain('heron');
    expect(await assistant.tablesWith('heron')).toEqual(['agent_entry']);
  });
});
