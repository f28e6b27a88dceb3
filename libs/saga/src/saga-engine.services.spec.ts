import { testsRunOnServer } from '@isolith/journal/testing';
import './saga-engine.spec.js';

testsRunOnServer();
