import { testsRunOnServer } from './testing/index.js';
import './event-store.spec.js';

testsRunOnServer();
