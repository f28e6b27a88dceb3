import { testsRunOnServer } from '../testing/index.js';
import './journal-relays.spec.js';

testsRunOnServer();
