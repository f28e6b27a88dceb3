import { testsRunOnServer } from '../testing/index.js';
import './journal-reader.spec.js';

testsRunOnServer();
