import { testsRunOnServer } from '../testing/index.js';
import './parked-messages.spec.js';

testsRunOnServer();
