import { contractsIn } from '@isolith/contracts';
import { checkContractLaws } from '@isolith/contracts/testing';
import { describe, it } from '@jest/globals';
import * as contract from './payments.contract.js';

describe('the contract of payments', () => {
  it.each(contractsIn(contract).map((message) => [message.contract.name, message] as const))(
    '%s crosses as JSON and is copied whole',
    (_, message) => {
      checkContractLaws(message);
    },
  );
});
