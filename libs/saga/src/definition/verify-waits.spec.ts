import { describe, expect, it } from '@jest/globals';
import { LONGEST_WAIT_MS } from './wait.js';
import { asking, inspection, pause, waitingSaga } from '../spec-support/waiting-sagas.js';
import { DoWork } from '../spec-support/workshop.js';
import { workStep, WorkState } from '../spec-support/work-saga.js';
import { all } from './group.js';
import { saga } from './saga.js';
import { sagaViolations } from './verify-sagas.js';
import { step } from './step.js';

type Steps = Parameters<typeof waitingSaga>[1];
const problemsOf = (...steps: Steps): readonly string[] =>
  sagaViolations('orders', [waitingSaga('orders.waits', steps).plan]).map((line) =>
    line.replace('saga orders.waits: ', ''),
  );
const TIME = `must be a positive whole number of milliseconds up to ${LONGEST_WAIT_MS} (ten years)`;

describe('a saga that waits', () => {
  it('may wait anywhere', () => {
    const goesOn = inspection({ name: 'later', otherwise: 'go-on' });
    expect(problemsOf(pause(1), 'a', inspection(), 'p!', goesOn, 'x+')).toEqual([]);
    expect(problemsOf('a', 'p!', pause(LONGEST_WAIT_MS))).toEqual([]);
  });

  it('is refused with everything that is wrong with its waits, each with its place', () => {
    const untimed = step.wait<WorkState>({ name: 'untimed', for: () => 1 });
    // @ts-expect-error neither for nor until
    const without = step.wait<WorkState>({ name: 'without' });
    // @ts-expect-error within is missing
    const bare = step.waitFor<WorkState, never>({ name: 'bare', event: DoWork, key: () => '1', otherwise: 'give-up' });
    expect(
      problemsOf(
        pause(0),
        pause(LONGEST_WAIT_MS + 1),
        untimed,
        without,
        bare,
        inspection({ within: 0.5, remind: asking(0, 1) }),
        'p!',
        inspection({ name: 'too-late', remind: asking(3_600_000, 0) }),
      ),
    ).toEqual([
      'two steps are called pause',
      `step pause: for ${TIME}`,
      `step without: for ${TIME}`,
      `step bare: within ${TIME}`,
      'step bare: event must be the class of an event with a contract',
      'step bare: otherwise must be "turn-back" or "go-on"',
      `step inspection: within ${TIME}`,
      'step inspection: remind.everyMs must be a positive whole number of milliseconds below within',
      'step too-late: otherwise "turn-back" is not possible here, after the pivot or a retriable step; say "go-on"',
      'step too-late: remind.everyMs must be a positive whole number of milliseconds below within',
      'step too-late: remind.times must be a positive whole number',
    ]);
  });

  it('does not wait beside other steps', () => {
    const together = saga({
      name: 'orders.beside',
      state: WorkState,
      steps: () => [all('both', [workStep('a'), pause(1)])],
    });
    expect(sagaViolations('orders', [together.plan])).toEqual([
      "saga orders.beside: group both: step pause waits, which can't be done beside others",
    ]);
  });

  it('waits for one event in no more steps than events of one key are kept', () => {
    const many = Array.from({ length: 17 }, (_, nth) => inspection({ name: `nth-${nth}` }));
    expect(problemsOf(...many)).toEqual(['more than 16 steps wait for work.inspected']);
    expect(problemsOf(...many.slice(1))).toEqual([]);
  });
});
