import { describe, expect, it } from '@jest/globals';
import { kitObligations, reportTable, statedReport, type ConformanceReport } from './index.js';

const ids = kitObligations.map(({ id }) => id);
const [first = '', second = '', third = '', fourth = ''] = ids;
const report: ConformanceReport = {
  kept: [first],
  notApplicable: [second],
  deviations: [{ obligation: third, reason: 'one | two' }],
  failures: [{ obligation: fourth, problem: 'not kept' }],
};

describe('reportTable', () => {
  it('has the obligations as rows and the transports as columns', () => {
    const lines = reportTable({ Mine: report, 'Its twin': statedReport({ deviations: [] }) })
      .trimEnd()
      .split('\n');
    expect(lines.slice(0, 2)).toEqual(['| obligation | Mine | Its twin |', '| --- | --- | --- |']);
    expect(lines.slice(2).map((line) => /\*\*(.*?)\*\*/.exec(line)?.[1])).toEqual(ids);
    expect(lines.slice(2).every((line) => line.endsWith('| kept |'))).toBe(true);
  });

  it('says of each what came of it, and nothing of what was not tried', () => {
    const cells = reportTable({ Mine: report })
      .trimEnd()
      .split('\n')
      .slice(2, 7)
      .map((line) => / \| ((?:[^|]|\\\|)*?) ?\|$/.exec(line)?.[1]);
    expect(cells).toEqual(['kept', 'does not apply', 'deviates: one \\| two', 'fails: not kept', '']);
  });
});

describe('statedReport', () => {
  it('counts as kept whatever is not excepted', () => {
    const deviations = [{ obligation: first, reason: 'so' }];
    expect(statedReport({ deviations, notApplicable: [second] })).toEqual({
      kept: ids.slice(2),
      notApplicable: [second],
      deviations,
      failures: [],
    });
  });
});
