import { testsRunOnServer } from '@isolith/postgres/testing';

/**
 * Jest runs this before each spec file of the project `postgresql`: the databases that its tests open are on a server.
 */
testsRunOnServer();
