import { testsRunOnServer } from '@isolith/journal/testing';
import './takeover.spec.js';

testsRunOnServer();
