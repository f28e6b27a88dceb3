import { beforeAll, describe, expect, it } from '@jest/globals';
import { compareSagas, recordSagas } from '@isolith/saga';
import { checkVersion } from '@isolith/contracts/testing';
import { checkRecordedSagas } from '@isolith/saga/testing';
import { shopProcesses } from '../processes/shop-processes.js';
import type { Processes } from '../processes/processes-page.js';
import { goldenSagas } from './golden.js';

const seed = Number(process.env['PROPERTY_SEED'] ?? Date.now() % 1_000_000);

describe('the sagas of the shop', () => {
  let sagas: Processes['sagas'];
  beforeAll(async () => void ({ sagas } = await shopProcesses()));

  it('are those of the golden file: record compatible changes with `npm run contracts`', () => {
    const recorded = goldenSagas.read();
    expect(compareSagas(recorded, recordSagas(recorded, sagas))).toEqual([]);
  });

  it(`go on with every state that a version of the golden file has saved (seed ${seed})`, () => {
    expect(() => checkRecordedSagas(sagas, goldenSagas.read(), checkVersion, { seed })).not.toThrow();
  });
});
