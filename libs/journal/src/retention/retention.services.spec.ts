import { testsRunOnServer } from '../testing/index.js';
import './retention.spec.js';

testsRunOnServer();
