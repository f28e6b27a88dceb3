import { AssertionError } from 'node:assert';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { agreed, Do, Seen, seeing, trialSaga } from './fixtures/trial-saga.js';
import { checkSaga, soundHost, spelledViolation, type Receivers } from './index.js';
import { runHistory } from './trial/run-history.js';
import { subjectOf } from './trial/subject-of.js';

describe('a trial that is wrong itself', () => {
  it('is refused where its saga could not begin with that state', async () => {
    const demanding = trialSaga(['a'], { state: z.object({ tokens: z.array(z.string()).min(1) }) });
    await expect(checkSaga(demanding, { ...agreed, maxHistories: 1 })).rejects.toMatchObject({
      code: 'contract-violation',
    });
  });

  it('is refused where a step waits for an event that nobody has given', async () => {
    const waiting = trialSaga(['a', seeing(), 'b!']);
    await expect(checkSaga(waiting, { ...agreed, events: [], maxHistories: 1 })).rejects.toThrow(
      'step seeing waits for trial.seen, and no such event is given',
    );
    const given = (event: object) => checkSaga(waiting, { ...agreed, events: [event], maxHistories: 1 });
    await expect(given(new Do({ step: 'a' }))).rejects.toThrow('Do is not an event with a contract');
  });

  it('ends where the event that is given has another key than the saga waits for', async () => {
    const other = new Seen({ of: 'another', token: 'seen' });
    const checked = checkSaga(trialSaga(['a', seeing(), 'b!']), { ...agreed, events: [other], maxHistories: 1 });
    await expect(checked).rejects.toThrow(AssertionError);
    await expect(checked).rejects.toThrow(
      'step seeing waits for trial.seen of one, and the event that is given is of another',
    );
  });

  const checked = (receivers: (receivers: Receivers) => void): Promise<unknown> =>
    checkSaga(trialSaga(['a', 'b!']), { ...agreed, receivers, maxHistories: 1 });

  it('ends with what a receiver of its own threw', async () => {
    const thrown = new TypeError('seats is not iterable');
    const mistake: unknown = await checked((receivers) =>
      receivers.answering(Do, () => {
        throw thrown;
      }),
    ).catch((error: unknown) => error);
    expect(mistake).toBeInstanceOf(AssertionError);
    expect(mistake).toMatchObject({
      message: 'what answers trial.do failed: TypeError: seats is not iterable',
      cause: thrown,
    });
  });

  it('ends with an answer that is none of that command', async () => {
    // Typed as the answer, as what a test reads from a file is.
    const answer: { token: string } = JSON.parse('{"token":7}');
    await expect(checked((receivers) => receivers.answering(Do, answer))).rejects.toThrow(
      /what answers trial\.do failed: ContractViolationError: .*token/,
    );
  });

  it('ends with what a receiver threw when all was over and what was still on its way arrived', async () => {
    const receivers = (each: Receivers): void =>
      void each.answering(Do, ({ step: name }) => {
        if (name === 'b') throw new TypeError('b came');
        return { token: name };
      });
    const subject = subjectOf(trialSaga(['a!', 'b+']), { ...agreed, receivers });
    const skipped = { at: 'send b #1', fault: { kind: 'always', how: 'error', act: 'skip' } } as const;
    await expect(runHistory(subject, [skipped], soundHost)).rejects.toThrow('TypeError: b came');
  });
});

describe('a report', () => {
  it('says why no host could begin the saga', async () => {
    const { violations } = await checkSaga(trialSaga(['a']), {
      ...agreed,
      maxHistories: 1,
      openHost: (parts) => ({ ...soundHost(parts), begin: () => Promise.reject(new Error('the table is missing')) }),
    });
    expect(violations.map(spelledViolation)).toContainEqual(
      expect.stringContaining('host 1, host error: Error: the table is missing'),
    );
  });
});
