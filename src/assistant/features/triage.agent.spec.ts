import { scriptedModel } from '@isolith/agents';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DecideApproval } from '../assistant.contract.js';
import { openAssistant, STARTS_WITHIN_MS, type AssistantUnderTest } from '../testing/open-assistant.js';
import { triageAgent } from './triage.agent.js';

/** What the model calls, one after the other. */
const calls: { tool: string; input: Record<string, unknown> }[] = [];

let assistant: AssistantUnderTest;
beforeAll(async () => {
  const model = scriptedModel(() => {
    const next = calls.shift();
    return next === undefined ? { say: 'Done.' } : { call: [next] };
  });
  assistant = await openAssistant(model);
}, STARTS_WITHIN_MS);
afterAll(() => assistant.close());
beforeEach(() => {
  calls.length = 0;
  assistant.operated.length = 0;
});

const outcomes = async (id: string, user: string) =>
  (await assistant.entries(id, user)).flatMap((entry) => (entry.kind === 'called' ? [entry.outcome] : []));

/** A conversation of somebody with this role, in which the model makes one call. */
async function called(role: 'support' | 'admin', tool: string, input: Record<string, unknown>) {
  const user = assistant.others.user(role);
  const id = await assistant.begin(user, 'triage', [role]);
  calls.push({ tool, input });
  await assistant.say(id, user, 'What is stuck?');
  return { user, id };
}

const stuck = { name: 'refund', id: 'r-1', reason: 'the provider is back' };

describe('the triage agent', () => {
  it('has no more than its user at this moment: who is no support any more has lost its tools', async () => {
    const orderId = assistant.others.order(assistant.others.user());
    const { user, id } = await called('support', 'orders_get-order', { orderId });
    await assistant.until(id, user, 'resting');
    assistant.others.roles.set(user, ['customer']);
    calls.push({ tool: 'payments_get-payment', input: { orderId } });
    await assistant.say(id, user, 'And its payment?');
    await assistant.until(id, user, 'resting');
    expect(await outcomes(id, user)).toEqual(['done', 'refused']);
  });

  it('shows an admin what is stuck, and support nothing of it', async () => {
    const list = ['payments_actuator-list-sagas', { filter: { status: 'needs-attention' }, limit: 10 }] as const;
    const ofAdmin = await called('admin', ...list);
    await assistant.until(ofAdmin.id, ofAdmin.user, 'resting');
    expect(await outcomes(ofAdmin.id, ofAdmin.user)).toEqual(['done']);
    const ofSupport = await called('support', ...list);
    await assistant.until(ofSupport.id, ofSupport.user, 'resting');
    expect(await outcomes(ofSupport.id, ofSupport.user)).toEqual(['refused']);
  });

  it.each([
    ['payments_actuator-operate-saga', { ...stuck, action: 'retry' }, 'retry payments.refund r-1'],
    [
      'notifications_actuator-replay-sequence',
      { subscription: 'order-mails', key: 'k' },
      'replay notifications.order-mails k',
    ],
  ])('retries with %s when an admin has approved it', async (tool, input, done) => {
    const { user, id } = await called('admin', tool, input);
    const { approvals } = await assistant.until(id, user, 'waiting');
    expect(assistant.operated).toEqual([]);
    await assistant.send(
      new DecideApproval({ conversationId: id, approvalId: approvals[0]?.id ?? '', approved: true }),
      assistant.at(user, ['admin']),
    );
    await assistant.until(id, user, 'resting');
    expect(assistant.operated).toEqual([done]);
  });

  it.each(['skip', 'compensate', 'take-over'])('never begins to %s a saga', async (action) => {
    const { user, id } = await called('admin', 'orders_actuator-operate-saga', { ...stuck, action });
    await assistant.until(id, user, 'resting');
    expect(await outcomes(id, user)).toEqual(['refused']);
    expect(assistant.operated).toEqual([]);
  });

  it('is declared without a problem', () => {
    expect(triageAgent.problems).toEqual([]);
  });
});
