import { describe, expect, it } from '@jest/globals';
import { newSpan, readTraceparent } from './trace-context.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';

describe('a traceparent', () => {
  it.each([`00-${TRACE}-${SPAN}-01`, `00-${TRACE}-${SPAN}-00`, `cc-${TRACE}-${SPAN}-01-of-the-future`])(
    '%s is read',
    (header) => {
      expect(readTraceparent(header)).toEqual({ traceId: TRACE, spanId: SPAN });
    },
  );

  it.each([
    undefined,
    '',
    'x',
    ['a', 'b'],
    `00-${TRACE.toUpperCase()}-${SPAN}-01`,
    `00-${'0'.repeat(32)}-${SPAN}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `ff-${TRACE}-${SPAN}-01`,
  ])('%j is none', (header) => {
    expect(readTraceparent(header)).toBeUndefined();
  });
});

it('a span goes on in its trace, or begins one', () => {
  expect(newSpan({ traceId: TRACE, spanId: SPAN })).toEqual({
    traceId: TRACE,
    spanId: expect.stringMatching(/^[0-9a-f]{16}$/),
  });
  expect(newSpan().traceId).toMatch(/^[0-9a-f]{32}$/);
  expect(newSpan().traceId).not.toBe(newSpan().traceId);
});
