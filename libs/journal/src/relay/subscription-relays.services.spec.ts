import { testsRunOnServer } from '../testing/index.js';
import './subscription-relays.spec.js';

testsRunOnServer();
