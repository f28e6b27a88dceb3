import { beforeEach, describe, expect, it } from '@jest/globals';
import { agreed, Do, trialSaga } from '../fixtures/trial-saga.js';
import type { PlacedFault } from './fault.js';
import type { OpenTrialHost } from './host.js';
import { runHistory } from './run-history.js';
import { soundHost } from './sound-host.js';
import { subjectOf } from './subject-of.js';

const CRASH: PlacedFault = { at: 'save #2', fault: { kind: 'crash before' } };

let opened: number;
let closed: number;
const counting =
  (close: (host: number) => void = () => undefined): OpenTrialHost =>
  (parts) => {
    const host = (opened += 1);
    return {
      ...soundHost(parts),
      close: async () => {
        closed += 1;
        close(host);
      },
    };
  };

beforeEach(() => {
  opened = 0;
  closed = 0;
});

describe('the hosts of a history', () => {
  it('are closed when it ends', async () => {
    await runHistory(subjectOf(trialSaga(['a', 'b!']), agreed), [CRASH], counting());
    expect([opened, closed]).toEqual([2, 2]);
  });

  it('are closed when it fails, which is what is told', async () => {
    const subject = subjectOf(trialSaga(['a', 'b!']), {
      ...agreed,
      receivers: (receivers) =>
        receivers.answering(Do, ({ step: name }) => {
          if (name === 'b') throw new TypeError('b came');
          return { token: name };
        }),
    });
    const failing = counting(() => {
      throw new Error('it does not close');
    });
    await expect(runHistory(subject, [CRASH], failing)).rejects.toThrow('b came');
    expect([opened, closed]).toEqual([2, 2]);
  });

  it('are all closed where one can not be, which is told', async () => {
    const failing = counting((host) => {
      throw new Error(`host ${host} does not close`);
    });
    await expect(runHistory(subjectOf(trialSaga(['a', 'b!']), agreed), [CRASH], failing)).rejects.toThrow(
      'host 1 does not close',
    );
    expect([opened, closed]).toEqual([2, 2]);
  });
});
