import { testsRunOnServer } from '../testing/index.js';
import './context-inbox.spec.js';

testsRunOnServer();
