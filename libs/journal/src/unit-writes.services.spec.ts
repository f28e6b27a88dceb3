import { testsRunOnServer } from './testing/index.js';
import './unit-writes.spec.js';

testsRunOnServer();
