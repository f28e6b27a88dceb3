import { expect, it } from '@jest/globals';
import { onlyCopy } from './one-copy.js';

it('is refused to load beside another one, naming both; the same one may load again', () => {
  const process = {};
  onlyCopy(process, 'file:///app/node_modules/@isolith/contracts/dist/runtime/one-copy.js');
  onlyCopy(process, 'file:///app/node_modules/@isolith/contracts/dist/runtime/one-copy.js?again');
  expect(() =>
    onlyCopy(process, 'file:///app/node_modules/of-another/node_modules/@isolith/contracts/dist/runtime/one-copy.js'),
  ).toThrow(
    /two copies of @isolith\/contracts are loaded, from file:\/\/\/app\/node_modules\/@isolith\/contracts\/dist\/ and from file:\/\/\/app\/node_modules\/of-another\/.*install one version/,
  );
});
