import { testsRunOnServer } from '@isolith/postgres/testing';
import { DirectWrites } from '../../libs/message-bus-rabbitmq/src/connection/direct-writes.js';
import { takeDriverFor } from '../../libs/message-bus-rabbitmq/src/spec-support/driver.js';
import { GroupedStatements } from '../../libs/postgres/src/connections/grouped-statements.js';
import { OTHER_VERSION } from './other-driver-specs.js';

/**
 * Jest runs this before each spec file of the project `other-drivers`: the drivers are taken for versions that nobody
 * knows, so only what they promise to everybody is used.
 */
testsRunOnServer({ driver: OTHER_VERSION });
takeDriverFor(OTHER_VERSION);

// A spec that leaves out the version to take its driver for would go the fast way, and hold nothing of the other one.
const refuse = (): never => {
  throw new Error('the fast way was taken with a driver of a version that nobody knows: a spec does not pass it on');
};
Object.assign(GroupedStatements.prototype, { send: refuse, sendAsOne: refuse } satisfies Pick<
  GroupedStatements,
  'send' | 'sendAsOne'
>);
Object.assign(DirectWrites.prototype, { begin: refuse } satisfies Pick<DirectWrites, 'begin'>);
