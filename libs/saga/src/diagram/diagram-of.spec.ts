import { describe, expect, it } from '@jest/globals';
import { saga } from '../index.js';
import { lowStock } from '../spec-support/low-stock.js';
import { workSaga, workStep, WorkState } from '../spec-support/work-saga.js';
import { asking, inspection, pause, waitingSaga } from '../spec-support/waiting-sagas.js';
import { diagramOf } from './diagram-of.js';

describe('the diagram of a saga', () => {
  it('shows the way forward and the way back', () => {
    expect(diagramOf(workSaga('orders.checkout', ['a', 'b', 'p!', 'x+'], 1, { deadlineMs: 90 * 60_000 }))).toBe(
      `flowchart TD
  begun(["begun<br>within 90 min"])
  step1["a"]
  step2["b"]
  step3{{"p<br>pivot"}}
  step4["x<br>until it succeeds"]
  completed(["completed"])
  begun --> step1
  step1 --> step2
  step2 --> step3
  step3 --> step4
  step4 --> completed
  step1 -.->|"refused"| told
  step1 -.->|"unknown, or too late"| undo1
  step2 -.->|"refused"| undo1
  step2 -.->|"unknown, or too late"| undo2
  step3 -.->|"refused"| undo2
  undo1["undo a"]
  undo2["undo b"]
  undo2 --> undo1
  undo1 --> told
  told["tell why"]
  told --> compensated
  compensated(["compensated"])`,
    );
  });

  it('shows steps that run side by side in one frame, with one way back', () => {
    expect(diagramOf(workSaga('orders.groups', ['a', ['b', 'c'], 'p!', ['x+', 'y+']])).split('\n')).toEqual(
      expect.arrayContaining([
        '  subgraph group2["b-c, side by side"]',
        '    step2["b"]',
        '    step3["c"]',
        '  end',
        '  step1 --> group2',
        '  group2 --> step4',
        '  group2 -.->|"one refused, unknown, or too late"| undo3',
        '  undo3 --> undo2',
        '  step4 --> group4',
        '  group4 --> completed',
      ]),
    );
  });

  it('shows what is waited for, and where it goes in vain', () => {
    const remind = asking(300_000, 3);
    const steps = [
      'a',
      pause(86_400_000),
      inspection({ remind }),
      'p!',
      inspection({ name: 'after', otherwise: 'go-on' }),
    ];
    const lines = diagramOf(waitingSaga('orders.waits', steps, { deadlineMs: 86_400_000 })).split('\n');
    expect(lines.filter((line) => /step[235]\[|step[235] -\./.test(line))).toEqual([
      '  step2["pause<br>waits for 1 d"]',
      '  step3["inspection<br>waits for work.inspected within 1 h<br>reminds every 5 min, 3 times at most"]',
      '  step5["after<br>waits for work.inspected within 1 h"]',
      '  step2 -.->|"too late"| undo1',
      '  step3 -.->|"waited in vain"| undo1',
      '  step3 -.->|"too late"| undo1',
    ]);
  });

  it('has no way back where there is none, and nobody to tell where nobody is told', () => {
    const onlyForward = saga({ name: 'orders.forward', state: WorkState, steps: () => [workStep('x+')] });
    expect(diagramOf(onlyForward)).not.toMatch(/compensated|told|-\.->/);
    const untold = saga({ name: 'orders.untold', state: WorkState, steps: () => [workStep('a')] });
    expect(diagramOf(untold)).toContain('step1 -.->|"refused"| compensated');
    expect(diagramOf(untold)).not.toContain('told');
  });
});

describe('the diagram of a choreography', () => {
  it('shows which command answers which event, and what answers a refusal', () => {
    expect(diagramOf(lowStock)).toBe(
      `flowchart LR
  event1(["stock.low"])
  event2(["stock.gone"])
  command1["mails.tell"]
  command2["buying.reorder"]
  ignored(["ignored"])
  event1 --> command1
  event1 --> command2
  event2 --> command2
  command1 -.->|"refused, after stock.low"| ignored
  command2 -.->|"refused, after stock.low"| command1`,
    );
  });
});
