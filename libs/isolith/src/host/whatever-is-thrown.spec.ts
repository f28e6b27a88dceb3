import { describe, expect, it } from '@jest/globals';
import { tellable } from '@isolith/contracts';
import { WHATEVER_IS_THROWN } from '@isolith/contracts/testing';
import { hostLog } from '@isolith/observability';
import { nestLog } from '@isolith/observability/nest';
import { problemOf } from '../http/problem.js';

const LONGEST_LINE = 100_000;

const lines: string[] = [];
const log = hostLog({ level: 'info', service: 'shop', destination: { write: (line) => void lines.push(line) } });
const nest = nestLog(log);

describe.each(WHATEVER_IS_THROWN)('$what (fault 5)', ({ make }) => {
  it('is a line of the log that says what its work was, whatever can be said of it', () => {
    for (const err of [make(), tellable(make())]) {
      lines.length = 0;
      log.warn({ message: 'a handler failed', id: 'm-1', err });
      nest.warn({ message: 'a handler failed', id: 'm-1', err });
      expect(lines).toHaveLength(2);
      for (const line of lines) {
        expect(JSON.parse(line)).toMatchObject({ message: 'a handler failed', id: 'm-1' });
        expect(line.length).toBeLessThan(LONGEST_LINE);
      }
    }
  });

  it('is a problem of the host to the outside', () => {
    expect(problemOf(tellable(make()))).toMatchObject({ type: 'internal', status: 500 });
  });
});
