import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EventStreamReader, MOST_CHARACTERS } from './event-stream.js';

const read = (...pieces: readonly string[]) => {
  const reader = new EventStreamReader();
  return pieces.flatMap((piece) => reader.read(piece));
};

describe('a stream of events', () => {
  it('has events with id, name and data', () => {
    expect(read('id: 7\nevent: snapshot\ndata: {"a":\ndata: 1}\n\n')).toEqual([
      { id: '7', event: 'snapshot', data: '{"a":\n1}' },
    ]);
  });

  it('keeps the id for events that name none, and leaves out comments, unknown fields and events without data', () => {
    expect(read(': heartbeat\n\nid: 1\n\nwhat: x\ndata\n\ndata: b\n\n')).toEqual([
      { id: '1', event: 'message', data: '' },
      { id: '1', event: 'message', data: 'b' },
    ]);
  });

  it('says how long the host asks to be waited', () => {
    const reader = new EventStreamReader();
    reader.read('retry: 2500\nretry: soon\n\n');
    expect(reader.retryMs).toBe(2_500);
  });

  it('is the same however it is cut, and whatever ends its lines', () => {
    const lines = ['id: 1', 'event: change', 'data: α', 'data: b', '', ': beat', 'data: c', '', ''];
    const whole = lines.join('\n');
    fc.assert(
      fc.property(fc.constantFrom('\n', '\r\n', '\r'), fc.array(fc.nat(80)), (end, cuts) => {
        const text = `\uFEFF${lines.join(end)}${end}`;
        const at = [...new Set(cuts)].filter((cut) => cut < text.length).toSorted((a, b) => a - b);
        const pieces = [0, ...at].map((from, index) => text.slice(from, at[index]));
        expect(read(...pieces)).toEqual(read(`${whole}\n`));
      }),
    );
  });

  it('is refused when one event never ends', () => {
    const reader = new EventStreamReader();
    expect(() => reader.read(`data: ${'x'.repeat(MOST_CHARACTERS)}`)).toThrow(RangeError);
    const lines = new EventStreamReader();
    const line = `data: ${'x'.repeat(1_000_000)}\n`;
    expect(() => [1, 2, 3, 4, 5].forEach(() => lines.read(line))).toThrow(RangeError);
  });
});
