import { describe, it } from '@jest/globals';
import { checkHostileInput } from '@isolith/contracts/testing';
import { shopContracts } from './shop-contracts.js';

const seed = Number(process.env['PROPERTY_SEED'] ?? Date.now() % 1_000_000);

describe('hostile input of the body limit', () => {
  it(`is checked within 50 ms at every place of every contract, and refused where it is no text (seed ${seed}) (fault 17) (fault 34)`, () => {
    checkHostileInput(shopContracts, { seed });
  });
});
