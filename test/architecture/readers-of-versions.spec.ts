import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { buildTree, readFiles } from './source-tree.js';

const ROOT = join(import.meta.dirname, '..', '..');

/** Who makes something of what was written in a version, whichever that is. */
const READS = /\.(?:readStored|readInput)\(|\breader\.read\(|\breadStored\(data|\bmovedOn\(/;

/** A test, by its file and words of its title. */
type Shown = readonly [file: string, title: string];

/** Each of them, with the tests that show what it does with a former version and with one to come. */
const READERS: Readonly<Record<string, { readonly former: Shown; readonly newer: readonly Shown[] }>> = {
  'libs/message-bus/src/receiving/receiver.ts': {
    former: ['libs/journal/src/inbox/former-versions.spec.ts', 'reads what is delivered in the former one'],
    newer: [
      ['libs/journal/src/inbox/former-versions.spec.ts', 'waits with what is delivered in the next one'],
      ['libs/message-bus/src/receiving/newer-version.spec.ts', 'an event is handed back, whatever its own version'],
      ['libs/message-bus/src/receiving/receiver.spec.ts', 'is handed back, unanswered'],
    ],
  },
  'libs/journal/src/parked/masked.ts': {
    former: ['libs/journal/src/parked/masked.spec.ts', 'whichever version it was recorded in'],
    newer: [
      ['libs/journal/src/inbox/former-versions.spec.ts', 'leaves what is parked in the next one as it is'],
      ['libs/journal/src/parked/masked.spec.ts', 'is nothing of a newer version'],
    ],
  },
  'libs/event-sourcing/src/aggregate.ts': {
    former: ['libs/event-sourcing/src/nest/aggregate-registry.spec.ts', 'whichever version that was recorded in'],
    newer: [['libs/event-sourcing/src/nest/aggregate-registry.spec.ts', 'does not go on with an event of a newer']],
  },
  'libs/event-sourcing/src/event-reader.ts': {
    former: ['libs/event-sourcing/src/aggregate.spec.ts', 'one of yesterday through the chain'],
    newer: [
      ['libs/event-sourcing/src/aggregate.spec.ts', 'waits for a newer release with an event of a newer version'],
    ],
  },
  'libs/event-sourcing/src/streams.ts': {
    former: ['test/contracts/former-versions.spec.ts', 'is loaded by the aggregate'],
    newer: [['libs/message-bus/src/receiving/newer-version.spec.ts', 'of another host is handed back']],
  },
  'libs/event-sourcing/src/projection/projector.ts': {
    former: ['libs/event-sourcing/src/projection/newer-versions.spec.ts', 'goes on in order with a host of the newer'],
    newer: [['libs/event-sourcing/src/projection/newer-versions.spec.ts', 'stops at an event of a newer version']],
  },
  'libs/saga/src/definition/planned-wait.ts': {
    former: ['libs/saga/src/instance/waiting.spec.ts', 'kept in a former version'],
    newer: [['libs/saga/src/engine/newer-events.spec.ts', 'a saga waits with an event of a newer version']],
  },
  'libs/saga/src/engine/saga-mover.ts': {
    former: ['libs/saga/src/engine/versions.spec.ts', 'moves on to a definition that has upcasters for it'],
    newer: [
      ['libs/saga/src/leases/leases.spec.ts', 'leaves sagas alone that a newer version has moved'],
      ['libs/saga/src/operations/saga-watch.spec.ts', 'of a newer version'],
    ],
  },
  'libs/saga/src/operations/operated.ts': {
    former: ['libs/saga/src/engine/versions.spec.ts', 'moves on once that is mended'],
    newer: [['libs/saga/src/engine/versions.spec.ts', 'whose definition no host has']],
  },
};

/** Declares what the others call. */
const DECLARES = ['libs/contracts/src/messages/message.ts', 'libs/saga/src/instance/moved-on.ts'];

describe('whoever reads what was written in some version', () => {
  it('is on the list, with what it does with a former one and with one to come', () => {
    const found = [...buildTree(readFiles(ROOT)).files]
      .filter(([path, text]) => /^(?:libs|src)\/.*\.ts$/.test(path) && READS.test(text))
      .map(([path]) => path)
      .filter((path) => !/\.spec\.ts$|\/testing\/|\/spec-support\//.test(path) && !DECLARES.includes(path));
    expect(found.toSorted()).toEqual(Object.keys(READERS).toSorted());
  });

  it.each(Object.values(READERS).flatMap(({ former, newer }) => [former, ...newer]))(
    'is shown by a test: %s: %s',
    (file, title) => {
      expect(readFileSync(join(ROOT, file), 'utf8')).toContain(title);
    },
  );
});
