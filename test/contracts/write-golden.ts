import { compareContracts, describeContracts, recordContracts } from '@isolith/contracts';
import { checkRecordedVersions, checkVersion } from '@isolith/contracts/testing';
import { compareSagas, recordSagas } from '@isolith/saga';
import { checkRecordedSagas } from '@isolith/saga/testing';
import { shopProcesses } from '../processes/shop-processes.js';
import { goldenContracts, goldenSagas } from './golden.js';
import { shopContracts } from './shop-contracts.js';

/**
 * `npm run contracts` records compatible changes of contracts and sagas; `-- --accept-breaking` records the others too.
 * Not what can't be read any more: that stays in journals, and in sagas that are under way.
 */
const { sagas } = await shopProcesses();
const [contractsBefore, sagasBefore] = [goldenContracts.read(), goldenSagas.read()];
checkRecordedVersions(shopContracts, contractsBefore);
checkRecordedSagas(sagas, sagasBefore, checkVersion);
const contracts = recordContracts(contractsBefore, describeContracts(shopContracts));
const recordedSagas = recordSagas(sagasBefore, sagas);
const changes = [...compareContracts(contractsBefore, contracts), ...compareSagas(sagasBefore, recordedSagas)];
for (const { contract, place, what, breaking } of changes)
  process.stdout.write(`${breaking ? 'BREAKING  ' : 'compatible'} ${contract} ${place}: ${what}\n`);
if (changes.some(({ breaking }) => breaking) && !process.argv.includes('--accept-breaking')) {
  process.stdout.write('not recorded: a host of the previous version would break beside this one\n');
  process.exitCode = 1;
} else {
  goldenContracts.write(contracts);
  goldenSagas.write(recordedSagas);
  process.stdout.write(`${contracts.length} contracts, ${recordedSagas.length} sagas recorded\n`);
}
