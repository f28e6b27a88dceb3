import { architectureViolations } from '@isolith/testing/architecture';

it('the modules that became contexts keep their borders', () => {
  // Its descriptor stands in its contract.
  const plainPackages = ['@isolith/isolith'];
  expect(architectureViolations({ root: 'src', contexts: ['stock'], plainPackages })).toEqual([]);
});
