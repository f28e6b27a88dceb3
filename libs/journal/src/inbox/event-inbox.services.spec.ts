import { testsRunOnServer } from '../testing/index.js';
import './event-inbox.spec.js';

testsRunOnServer();
