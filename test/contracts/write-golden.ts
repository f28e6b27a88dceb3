import { compareContracts, describeContracts } from '@isolith/contracts';
import { readGolden, writeGolden } from './golden.js';
import { shopContracts } from './shop-contracts.js';

/** `npm run contracts` records compatible changes; `-- --accept-breaking` records the others too. */
const current = describeContracts(shopContracts);
const changes = compareContracts(readGolden(), current);
for (const { contract, place, what, breaking } of changes)
  process.stdout.write(`${breaking ? 'BREAKING  ' : 'compatible'} ${contract} ${place}: ${what}\n`);
if (changes.some(({ breaking }) => breaking) && !process.argv.includes('--accept-breaking')) {
  process.stdout.write('not recorded: a host of the previous version would break beside this one\n');
  process.exitCode = 1;
} else {
  writeGolden(current);
  process.stdout.write(`${current.length} contracts recorded\n`);
}
