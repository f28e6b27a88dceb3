import { z } from 'zod';
import { eventually } from '../../support/eventually.js';
import { temporaryFolder } from '../../support/host.js';
import { repairShop } from '../../support/repair.js';
import { copySchema, onDatabase, type SchemaCopy } from '../../support/schema-copy.js';
import type { MakeFault } from './fault.js';

const RESTORED = 'notifications';
const HANDLED = `SELECT count(*) AS events FROM ${RESTORED}.inbox`;
const handled = z.tuple([z.object({ events: z.coerce.number().int() })]);

/**
 * The hosts are killed, the rows of one context are restored from before, and `--repair --apply` sets right what that
 * left: what it was told since is handed over again, or is anyway where the producer has not noted yet that it was.
 * docs/runbooks/restore.md
 */
export const restoreRows: MakeFault = ({ database: { url }, hosts, placed }) => {
  const places = placed.placement.hosts.map((_, place) => place);
  const count = (): Promise<number> =>
    onDatabase(url, async (client) => handled.parse((await client.query(HANDLED)).rows)[0].events);
  let backup: SchemaCopy | undefined;
  let before = 0;
  let forgotten = 0;
  let repaired: Awaited<ReturnType<typeof repairShop>> | undefined;
  return {
    prepare: async () => {
      before = await count();
      backup = await copySchema(url, RESTORED);
    },
    hit: async (moreOrders) => {
      moreOrders();
      await eventually(`${RESTORED} has handled more than its backup knows`, count, (now) => now > before + 1);
      await Promise.all(places.map((place) => hosts.kill(place)));
      forgotten = (await count()) - before;
      await backup?.restore();
      const environment = { DATA_DIR: `${temporaryFolder()}/data`, DATABASE_URL: url };
      repaired = await repairShop(environment, '--apply');
    },
    heal: async () => {
      await backup?.drop();
      await Promise.all(places.map((place) => hosts.start(place)));
    },
    effect: () => ({ 'events forgotten': forgotten }),
    findings: () =>
      repaired?.code === 0
        ? []
        : [{ harm: 'stranded', what: `--repair --apply ended with ${repaired?.code}: ${repaired?.said}` }],
  };
};
