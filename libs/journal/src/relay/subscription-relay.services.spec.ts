import { testsRunOnServer } from '../testing/index.js';
import './subscription-relay.spec.js';

testsRunOnServer();
