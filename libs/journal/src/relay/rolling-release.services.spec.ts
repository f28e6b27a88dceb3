import { testsRunOnServer } from '../testing/index.js';
import './rolling-release.spec.js';

testsRunOnServer();
