import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConversationNotFound, InvalidCursor, ListConversations, type Conversation } from '../assistant.contract.js';
import { noModel } from '../infra/no-model.js';
import { openAssistant, STARTS_WITHIN_MS, type AssistantUnderTest } from '../testing/open-assistant.js';

let assistant: AssistantUnderTest;
let ada: string;
const begun: string[] = [];
beforeAll(async () => {
  assistant = await openAssistant(noModel());
  ada = assistant.others.user();
  for (let n = 0; n < 5; n += 1) begun.push(await assistant.begin(ada));
  await assistant.begin(assistant.others.user());
}, STARTS_WITHIN_MS);
afterAll(() => assistant.close());

const list = (limit: number, cursor?: string) =>
  assistant.ask(new ListConversations({ limit, ...(cursor === undefined ? {} : { cursor }) }), assistant.at(ada));

describe('the list of conversations', () => {
  it.each([1, 2, 5, 100])('is the own one, newest first, in pages of %i', async (limit) => {
    const seen: Conversation[] = [];
    let cursor: string | undefined;
    do {
      const page = await list(limit, cursor);
      expect(page.items.length).toBeLessThanOrEqual(limit);
      seen.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(seen.map(({ id }) => id)).toEqual(begun.toReversed());
  });

  it.each(['', '!', Buffer.from('["0000-01-01T00:00:00Z","x"]').toString('base64url')])(
    'refuses the cursor "%s"',
    async (cursor) => {
      await expect(list(1, cursor)).rejects.toBeInstanceOf(InvalidCursor);
    },
  );

  it('holds what can be asked for one by one, by its owner', async () => {
    const [id = ''] = begun;
    await expect(assistant.conversation(id, ada)).resolves.toMatchObject({ id });
    await expect(assistant.conversation(id, randomUUID())).rejects.toBeInstanceOf(ConversationNotFound);
  });
});
