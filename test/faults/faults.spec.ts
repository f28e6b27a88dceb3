import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { faultsPage, PAGE, testsOf } from './faults-page.js';
import { faultRows } from './rows.js';
import { taggedTests } from './tagged-tests.js';

const tests = taggedTests(process.cwd());
const rows = faultRows.flatMap(([, group]) => group);

it('the page of faults is the one that the titles of the tests give: write it with `npm run faults`', () => {
  expect(readFileSync(PAGE, 'utf8')).toBe(faultsPage(tests));
});

it('every fault that is not named open has a test', () => {
  const unshown = rows.filter((row) => row.open === undefined && testsOf(row, tests).length === 0);
  expect(unshown.map(({ fault }) => fault)).toEqual([]);
});

it('every title names faults that there are, and each stands once', () => {
  const known = rows.map(({ fault }) => fault);
  expect(new Set(known).size).toBe(known.length);
  expect(
    tests.flatMap(({ file, faults }) =>
      faults.filter((fault) => !known.includes(fault)).map((fault) => `${file}: ${fault}`),
    ),
  ).toEqual([]);
});
