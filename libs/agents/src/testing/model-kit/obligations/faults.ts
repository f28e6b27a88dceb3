import assert from 'node:assert/strict';
import type { ModelFault } from '../../model-server/model-fault.js';
import type { ModelObligation } from '../obligation.js';
import { answered, someRequest, unavailable } from '../trial.js';

const calls = [
  { tool: 'orders_get-order', input: { id: '1' } },
  { tool: 'orders_get-order', input: { id: '2' } },
];
const turn = { say: 'I look.', call: calls };
/** Short, as it is waited for. */
const SILENCE_MS = 250;
/** More than any answer of the kit has events. */
const MOST_EVENTS = 40;

/** What meets an answer on its way back. */
export const faultObligations: readonly ModelObligation[] = [
  meets(
    'fault-busy',
    'a provider that is busy or broken may be asked again',
    [408, 409, 429, 500, 503, 529].map((status) => ({ kind: 'status', status })),
  ),
  meets('fault-html', 'a page is no answer, whatever its status', [{ kind: 'html' }]),
  meets('fault-headers', 'a provider that says nothing is given up', [{ kind: 'hang' }]),
  meets(
    'fault-silence',
    'a provider that falls silent is given up',
    [0, 2, 5].map((afterEvents) => ({ kind: 'hang', afterEvents })),
  ),
  meets(
    'fault-told',
    'an error within a stream is no answer',
    [2, 5].map((afterEvents) => ({ kind: 'error-event', afterEvents })),
  ),
  meets('fault-input', 'a call whose input is broken off is no call', [{ kind: 'malformed-input' }]),
  meets('fault-usage', 'an answer that used less than nothing is none', [{ kind: 'wrong-usage' }]),
  meets('fault-huge', 'an answer without end is ended', [{ kind: 'huge' }]),
  {
    id: 'fault-cut',
    promise: 'an answer that was cut, wherever and however politely, is none; at its very end it may be whole',
    needsProvider: true,
    async run(trial) {
      const opened = await trial.openWithProvider(() => turn);
      const whole = answered(await trial.asked(opened, someRequest()));
      let cut = 0;
      for (let afterEvents = 0; afterEvents < MOST_EVENTS; afterEvents += 1) {
        for (const clean of [false, true]) {
          opened.provider.fail({ kind: 'cut', afterEvents, clean });
          const ended = await trial.asked(opened, someRequest());
          if (ended.value !== undefined) assert.deepEqual(ended.value.content, whole.content);
          else {
            unavailable(ended, `cut after ${afterEvents} events`);
            cut += 1;
          }
        }
      }
      assert.ok(cut >= 10, `only ${cut} cuts were seen`);
    },
  },
  {
    id: 'fault-twice',
    promise: 'two calls never have one id',
    needsProvider: true,
    async run(trial) {
      const opened = await trial.openWithProvider(() => turn);
      opened.provider.fail({ kind: 'duplicate-ids' });
      const ended = await trial.asked(opened, someRequest());
      if (ended.value === undefined) return void unavailable(ended, 'two calls of one id');
      const ids = ended.value.content.flatMap((block) => (block.type === 'tool-use' ? [block.id] : []));
      assert.equal(new Set(ids).size, calls.length);
    },
  },
  {
    id: 'fault-gone',
    promise: 'a provider that is not there may be asked again',
    needsProvider: true,
    async run(trial) {
      const opened = await trial.openWithProvider(() => turn);
      await opened.provider.leave();
      unavailable(await trial.asked(opened, someRequest()), 'nobody is there');
    },
  },
];

/**
 * Of each of these faults comes a ModelUnavailableError, by one request. The next ask is answered, unless silence is
 * what is tried: with so little patience a slow machine would look like a silent one.
 */
function meets(id: string, promise: string, faults: readonly ModelFault[]): ModelObligation {
  return {
    id,
    promise,
    needsProvider: true,
    async run(trial) {
      for (const fault of faults) {
        const opened = await trial.openWithProvider(() => turn, fault.kind === 'hang' ? SILENCE_MS : undefined);
        opened.provider.fail(fault);
        unavailable(await trial.asked(opened, someRequest()), JSON.stringify(fault));
        // A machine that is slower than that silence is long has sent nothing yet.
        assert.ok(opened.provider.count <= 1, 'an attempt is one request');
        if (fault.kind !== 'hang') answered(await trial.asked(opened, someRequest()));
      }
    },
  };
}
