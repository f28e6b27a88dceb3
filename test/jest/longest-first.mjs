import { relative } from 'node:path';
import Sequencer from '@jest/test-sequencer';

/**
 * Spec files that take longer than ten seconds, with about how many on two cores. Jest knows that only of runs before;
 * on a new machine it goes by the size of a file, and one of these that comes last is waited for by everybody.
 */
export const LONG = {
  'test/strangers/create.spec.ts': 180,
  'test/hosts/one-process.spec.ts': 170,
  'test/hosts/degradation.spec.ts': 165,
  'test/strangers/adoption.spec.ts': 110,
  'test/strangers/found-in-the-tree.spec.ts': 90,
  'test/hosts/runbooks.spec.ts': 78,
  'test/hosts/stopping.spec.ts': 50,
  'test/hosts/topology.spec.ts': 49,
  'test/hosts/service-keys.spec.ts': 48,
  'test/hosts/previous-release.spec.ts': 45,
  'test/hosts/lost-events.spec.ts': 45,
  'test/hosts/move-data.spec.ts': 45,
  'test/hosts/secret-change.spec.ts': 36,
  'test/hosts/split.spec.ts': 35,
  'test/hosts/two-installations.spec.ts': 35,
  'test/outside/fuzzed.spec.ts': 32,
  'libs/message-bus-rabbitmq/src/topology/policies.services.spec.ts': 32,
  'test/support/own-servers.services.spec.ts': 30,
  'test/hosts/moving.spec.ts': 30,
  'test/outside/mcp-clients.spec.ts': 45,
  'test/outside/schemathesis.spec.ts': 30,
  'test/hosts/hostile.spec.ts': 30,
  'test/hosts/mixed-versions.spec.ts': 30,
  'test/outside/clients.spec.ts': 28,
  'test/hosts/drain.spec.ts': 27,
  'test/hosts/restore.spec.ts': 27,
  'test/hosts/replicas.spec.ts': 26,
  'src/databases/orm-data-source.services.spec.ts': 25,
  'test/hosts/operations.spec.ts': 25,
  'test/hosts/roles.spec.ts': 24,
  'test/hosts/rebuild.spec.ts': 24,
  'test/hosts/keys-too-early.spec.ts': 22,
  'libs/message-bus-rabbitmq/src/conformance/conformance.services.spec.ts': 22,
  'test/hosts/watchdog.spec.ts': 22,
  'test/hosts/circuits.spec.ts': 21,
  'test/hosts/traces.spec.ts': 18,
  'libs/journal/src/databases/move-data.services.spec.ts': 18,
  'libs/message-bus-rabbitmq/src/consuming/set-aside.services.spec.ts': 17,
  'test/hosts/clocks.spec.ts': 17,
  'test/hosts/sessions-end.spec.ts': 16,
  'test/chaos/two-installations.services.spec.ts': 14,
  'test/hosts/one-order.spec.ts': 14,
  'test/strangers/packages.spec.ts': 10,
  'libs/journal/src/relay/takeover.services.spec.ts': 10,
};

const seconds = new Map(Object.entries(LONG));

/** The order of whole runs: these first, the longest of them before the others; then as Jest would have it. */
export default class LongestFirst extends Sequencer {
  /** @override @param {Parameters<Sequencer['sort']>[0]} tests */
  async sort(tests) {
    const sorted = await super.sort(tests);
    const of = (/** @type {(typeof sorted)[number]} */ { path, context }) =>
      seconds.get(relative(context.config.rootDir, path).replaceAll('\\', '/')) ?? 0;
    return [...sorted].sort((one, other) => of(other) - of(one));
  }
}
