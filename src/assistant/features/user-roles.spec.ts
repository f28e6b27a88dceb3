import { randomUUID } from 'node:crypto';
import { RUN_PRINCIPALS, type RunPrincipals } from '@isolith/agents';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { noModel } from '../infra/no-model.js';
import { openAssistant, STARTS_WITHIN_MS, type AssistantUnderTest } from '../testing/open-assistant.js';

let assistant: AssistantUnderTest;
beforeAll(async () => void (assistant = await openAssistant(noModel())), STARTS_WITHIN_MS);
afterAll(() => assistant.close());

const rolesOf = (user: string) => assistant.get<RunPrincipals>(RUN_PRINCIPALS).rolesOf(user);

describe('the roles of a user', () => {
  it('are those of this moment', async () => {
    const user = assistant.others.user('support');
    await expect(rolesOf(user)).resolves.toEqual(['support']);
    assistant.others.roles.set(user, ['customer']);
    await expect(rolesOf(user)).resolves.toEqual(['customer']);
  });

  it('are none of who is not there any more', async () => {
    await expect(rolesOf(randomUUID())).resolves.toBeUndefined();
  });

  it('are an error where nobody can say: a run waits then', async () => {
    await expect(rolesOf('no id of a user')).rejects.toThrow();
  });
});
