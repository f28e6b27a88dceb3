import { testsRunOnServer } from '../testing/index.js';
import './context-inbox-new-id.spec.js';

testsRunOnServer();
