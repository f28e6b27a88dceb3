import { describe, expect, it } from '@jest/globals';
import { RareReport } from './rare-report.js';

describe('a rare report', () => {
  it('is made at once, then once a minute at most, with how often it was', () => {
    let now = 0;
    const lines: unknown[] = [];
    const report = new RareReport(
      'unreadable',
      (line, error) => lines.push([line, error]),
      () => now,
    );
    for (const at of [0, 1, 59_999, 60_000, 60_001, 120_000, 180_000]) {
      now = at;
      report.note(at);
    }
    expect(lines).toEqual([
      ['unreadable', 0],
      ['unreadable (3 times since the last report)', 60_000],
      ['unreadable (2 times since the last report)', 120_000],
      ['unreadable', 180_000],
    ]);
  });
});
