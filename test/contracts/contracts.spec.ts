import { describe, expect, it } from '@jest/globals';
import { compareContracts, describeContracts, personalPaths } from '@isolith/contracts';
import { checkContractLaws, checkRecordedVersions } from '@isolith/contracts/testing';
import { goldenContracts } from './golden.js';
import { shopContracts } from './shop-contracts.js';

const seed = Number(process.env['PROPERTY_SEED'] ?? Date.now() % 1_000_000);

describe('the contracts of the shop', () => {
  it('are those of the golden file: record compatible changes with `npm run contracts`', () => {
    expect(compareContracts(goldenContracts.read(), describeContracts(shopContracts))).toEqual([]);
  });

  it(`read all that was recorded in a version of the golden file (seed ${seed})`, () => {
    expect(() => checkRecordedVersions(shopContracts, goldenContracts.read(), { seed })).not.toThrow();
  });

  it('have one name each', () => {
    const names = shopContracts.map(({ contract }) => contract.name);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it(`copy exactly as JSON would (seed ${seed})`, () => {
    for (const contract of shopContracts) checkContractLaws(contract, { seed });
  });

  it('keep a failure under its key when it decided something, and by its status a client can tell (fault 45)', () => {
    const failures = shopContracts.flatMap(({ contract }) => (contract.kind === 'failure' ? [contract] : []));
    expect(failures.length).toBeGreaterThan(20);
    const keptBy = new Map<number, Set<boolean>>();
    for (const { status, retryable, kept } of failures)
      if (!retryable) keptBy.set(status, (keptBy.get(status) ?? new Set()).add(kept));
    // 400: cursors of lists, which are queries and stored nowhere.
    expect(Object.fromEntries([...keptBy].map(([status, kept]) => [status, [...kept]]))).toEqual({
      400: [true],
      401: [false],
      402: [true],
      403: [false],
      404: [false],
      409: [true],
      422: [false],
      429: [false],
      503: [true],
    });
    expect(failures.filter(({ retryable, kept }) => retryable && kept)).toEqual([]);
  });

  it('mark what is personal', () => {
    const marked = Object.fromEntries(
      shopContracts.flatMap(({ contract }) =>
        contract.kind === 'failure' || personalPaths(contract.input).length === 0
          ? []
          : [[contract.name, personalPaths(contract.input)]],
      ),
    );
    expect(marked).toMatchObject({
      'orders.place-order': expect.arrayContaining(['/paymentToken', '/address']),
      'payments.charge-payment': ['/paymentToken'],
      'shipments.create-shipment': expect.arrayContaining(['/address']),
      'users.register-user': expect.arrayContaining(['/email', '/password', '/name']),
      'users.open-session': expect.arrayContaining(['/email', '/password']),
    });
  });
});
