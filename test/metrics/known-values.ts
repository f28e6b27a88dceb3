import { METHODS } from 'node:http';
import { ProjectionRegistry } from '@isolith/event-sourcing/nest';
import { MessageRouter } from '@isolith/message-bus';
import { ResilienceRegistry } from '@isolith/resilience';
import { shop } from '../../src/shop.js';
import type { AskedShop } from '../access/asked-shop.js';
import { shopProcesses } from '../processes/shop-processes.js';
import type { KnownValues } from './strange-series.js';

/** The codes of errors that a caller may get, beside the failures of contracts. */
const CODES = [
  'contract-violation',
  'unknown-message',
  'unauthenticated',
  'forbidden',
  'idempotency-conflict',
  'revoked',
  'not-delivered',
  'outcome-unknown',
  'concurrency',
  'overloaded',
  'message-too-large',
  'handler-error',
];
const SAGA = ['running', 'compensating', 'needs-attention', 'completed', 'compensated', 'taken-over'];
const PROJECTION = ['live', 'building'];

const listOf = (words: readonly string[]): RegExp => new RegExp(`^(?:(?:${words.join('|')})(?:,|$))+$`);

const ANY_VERSION = /^v?\d+\.\d+\.\d+|^unnamed$/;

/** What each label may say in the running shop: words, or a pattern for what has no list. */
export async function knownValues(asked: AskedShop): Promise<KnownValues> {
  const router = asked.part(MessageRouter);
  const contexts = [...shop.names, 'gateway'];
  const subscriptions = router.subscriptions();
  const lanes = ['requests', 'queries'];
  const requests = router.requests().map(({ message }) => message.contract);
  const events = subscriptions.flatMap((one) => one.events.map(({ name }) => name));
  const failures = requests.flatMap((one) => one.failures.map(({ contract }) => contract.name));
  const projections = asked.part(ProjectionRegistry);
  return {
    service: new Set([shop.name]),
    context: new Set(contexts),
    contexts: listOf(shop.contexts.flatMap(({ name, schemas }) => [name, ...schemas])),
    from: new Set([...contexts, 'other']),
    to: new Set(contexts),
    message: new Set([...requests.map(({ name }) => name), ...events, 'unknown']),
    lane: new Set([
      ...lanes,
      'unit',
      ...subscriptions.flatMap(({ context, subscription }) => [subscription, `${context}.${subscription}`]),
      ...contexts.flatMap((context) => lanes.map((lane) => `${context}.${lane}`)),
    ]),
    outcome: new Set(['success', 'handed-back', 'other', ...CODES, ...failures]),
    method: new Set([...METHODS, 'unread']),
    route: new Set([...asked.adapter.routes.paths.keys(), 'unmatched', 'unread', '*']),
    status: new Set([...SAGA, ...PROJECTION, ...Array.from({ length: 500 }, (_, at) => String(100 + at))]),
    policy: new Set(
      asked
        .part(ResilienceRegistry)
        .all()
        .map((policies) => policies.state().name),
    ),
    producer: new Set(contexts),
    subscription: new Set(
      subscriptions.flatMap(({ context, subscription }) => [subscription, `${context}.${subscription}`]),
    ),
    projection: new Set(
      (
        await Promise.all(
          projections
            .contexts()
            .map(async (context) =>
              ((await projections.of(context)?.lag()) ?? []).map(({ name }) => `${context}.${name}`),
            ),
        )
      ).flat(),
    ),
    saga: new Set((await shopProcesses()).sagas.map(({ plan }) => plan.name)),
    state: new Set(['starting', 'ready', 'not-ready', 'draining', 'silent']),
    kind: new Set(['relay', 'lane', 'subscription', 'database', 'broker', 'calls']),
    name: new Set([...contexts, ...subscriptions.map(({ context, subscription }) => `${context}.${subscription}`)]),
    lack: new Set(['key', 'message', 'version', 'time', 'newer']),
    peer: new Set(['broker', 'database']),
    variable: new Set(['AUTH_SECRET_NEXT', 'AUTH_SECRET_PREVIOUS', 'SERVICE_KEY_PREVIOUS']),
    version: ANY_VERSION,
    isolith: ANY_VERSION,
    node: ANY_VERSION,
  };
}
