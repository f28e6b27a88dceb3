import { testsRunOnServer } from './testing/index.js';
import './unit-of-work.spec.js';

testsRunOnServer();
