import { testsRunOnServer } from '@isolith/journal/testing';
import './saga-engine-new-ids.spec.js';

testsRunOnServer();
