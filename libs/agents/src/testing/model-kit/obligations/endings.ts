import assert from 'node:assert/strict';
import { CallInsideUnitError, runAs } from '@isolith/message-bus';
import type { ModelObligation } from '../obligation.js';
import { answered, nameOf, someRequest } from '../trial.js';

const yes = [{ say: 'Yes.' }];
const never = () => new Promise<never>(() => undefined);

/** Who may ask, and how an ask ends before its time. */
export const endingObligations: readonly ModelObligation[] = [
  {
    id: 'end-before',
    promise: 'a caller who has left already is told their own reason, and nobody is asked',
    async run(trial) {
      const opened = await trial.open(yes);
      const reason = new Error('left');
      const left = AbortSignal.abort(reason);
      const asked = await trial.asked(opened, someRequest(), left);
      assert.equal(asked.error, reason);
      const counted = await trial.ended('a count', opened.model.inputTokensAtMost(someRequest(), left));
      assert.equal(counted.error, reason);
      assert.equal(opened.provider?.count ?? 0, 0);
    },
  },
  {
    id: 'end-waiting',
    promise: 'a caller who leaves while the provider thinks is told their own reason at once, and the request ends',
    async run(trial) {
      const opened = await trial.open(never);
      const reason = new Error('left');
      const leaving = new AbortController();
      const asking = trial.asked(opened, someRequest(), leaving.signal);
      if (opened.provider !== undefined) await trial.until('the request arrives', () => opened.provider?.count === 1);
      leaving.abort(reason);
      assert.equal((await asking).error, reason);
      await trial.until('the request ends', () => (opened.provider?.open ?? 0) === 0);
    },
  },
  {
    id: 'end-streaming',
    promise: 'a caller who leaves in the middle of an answer is told their own reason at once, and the request ends',
    needsProvider: true,
    async run(trial) {
      const opened = await trial.openWithProvider(yes);
      opened.provider.fail({ kind: 'hang', afterEvents: 2 });
      const reason = new Error('left');
      const leaving = new AbortController();
      const asking = trial.asked(opened, someRequest(), leaving.signal);
      await trial.until('the request arrives', () => opened.provider.count === 1);
      leaving.abort(reason);
      assert.equal((await asking).error, reason);
      await trial.until('the request ends', () => opened.provider.open === 0);
    },
  },
  {
    id: 'end-unit',
    promise: 'in an open unit nobody is asked, neither for an answer nor for a count',
    async run(trial) {
      const opened = await trial.open(yes);
      const { signal } = new AbortController();
      const unit = { context: 'kit', append: () => undefined };
      const ask = (): Promise<unknown> => Promise.resolve().then(() => opened.model.ask(someRequest(), signal));
      const count = (): Promise<unknown> =>
        Promise.resolve().then(() => opened.model.inputTokensAtMost(someRequest(), signal));
      for (const inUnit of [ask, count]) {
        const { error } = await trial.ended<unknown>('an ask in a unit', runAs('kit', inUnit, { unit }));
        assert.ok(error instanceof CallInsideUnitError, `expected a CallInsideUnitError, got ${nameOf(error)}`);
      }
      assert.equal(opened.provider?.count ?? 0, 0);
      answered(await trial.asked(opened, someRequest()));
    },
  },
];
