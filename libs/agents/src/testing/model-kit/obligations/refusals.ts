import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import type { ModelMessage } from '../../../model/model-message.js';
import { ModelRejectedError } from '../../../model/model.js';
import type { ModelFault } from '../../model-server/model-fault.js';
import type { ModelObligation } from '../obligation.js';
import { nameOf, SAID, someRequest, unavailable } from '../trial.js';

const user = (text: string): ModelMessage => ({ role: 'user', content: [{ type: 'text', text }] });
const use = { type: 'tool-use' as const, id: 'a', name: 'orders_get-order', input: {} };

const UNLAWFUL: readonly (readonly ModelMessage[])[] = [
  [],
  [user('a'), user('b')],
  [user('a'), { role: 'assistant', content: [use] }, user('b')],
  [user('a'), { role: 'assistant', content: [{ type: 'text', text: 'b' }] }],
];

/** What is refused for good, what may be asked again, and what an error tells. */
export const refusalObligations: readonly ModelObligation[] = [
  {
    id: 'refusal-history',
    promise: 'a request that no provider takes is refused for good',
    async run(trial) {
      const opened = await trial.open(() => ({ say: 'Yes.' }));
      const [tool] = someRequest().tools;
      const twice = tool === undefined ? [] : [tool, tool];
      const unlawful = [...UNLAWFUL.map((messages) => someRequest({ messages })), someRequest({ tools: twice })];
      for (const request of unlawful) {
        const { error } = await trial.asked(opened, request);
        assert.ok(error instanceof ModelRejectedError, `expected a ModelRejectedError, got ${nameOf(error)}`);
      }
    },
  },
  {
    id: 'refusal-status',
    promise: 'what the provider refuses for good is not worth another attempt',
    needsProvider: true,
    async run(trial) {
      const opened = await trial.openWithProvider(() => ({ say: 'Yes.' }));
      for (const status of [400, 401, 403, 404, 413, 422]) {
        opened.provider.fail({ kind: 'status', status });
        const { error } = await trial.asked(opened, someRequest());
        assert.ok(
          error instanceof ModelRejectedError,
          `${status}: expected a ModelRejectedError, got ${nameOf(error)}`,
        );
      }
    },
  },
  {
    id: 'refusal-wait',
    promise: 'what the provider asks to wait is told as it was said, in seconds or as a date',
    needsProvider: true,
    async run(trial) {
      const opened = await trial.openWithProvider(() => ({ say: 'Yes.' }));
      const waitOf = async (retryAfter: string): Promise<number | undefined> => {
        opened.provider.fail({ kind: 'status', status: 429, retryAfter });
        return unavailable(await trial.asked(opened, someRequest()), 'busy').retryAfterMs;
      };
      assert.equal(await waitOf('7'), 7_000);
      assert.equal(await waitOf('86400'), 86_400_000);
      const inAnHour = (await waitOf(new Date(Date.now() + 3_600_000).toUTCString())) ?? 0;
      assert.ok(inAnHour > 3_000_000 && inAnHour <= 3_600_000, `an hour is ${inAnHour} ms`);
      assert.equal(await waitOf('soon'), undefined);
    },
  },
  {
    id: 'refusal-secret',
    promise: 'no error tells the key, or what was said',
    needsProvider: true,
    async run(trial) {
      const opened = await trial.openWithProvider(() => ({ say: `Hello, ${SAID}` }));
      const faults: readonly ModelFault[] = [
        ...[400, 401, 404, 429, 500].map((status): ModelFault => ({ kind: 'status', status })),
        { kind: 'cut', afterEvents: 3 },
        { kind: 'error-event', afterEvents: 3 },
        { kind: 'html' },
        { kind: 'wrong-usage' },
      ];
      for (const fault of faults) {
        opened.provider.fail(fault);
        const { error } = await trial.asked(opened, someRequest());
        const told = inspect(error, { depth: 10, showHidden: true, maxStringLength: null });
        assert.ok(error instanceof Error, `${fault.kind}: it is no error`);
        assert.ok(!told.includes(opened.provider.key), `${fault.kind}: the key is told`);
        assert.ok(!told.includes(SAID), `${fault.kind}: what was said is told`);
      }
    },
  },
];
