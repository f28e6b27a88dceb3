import { testsRunOnServer } from '../testing/index.js';
import './interleavings.spec.js';

testsRunOnServer();
