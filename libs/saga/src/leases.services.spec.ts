import { testsRunOnServer } from '@isolith/journal/testing';
import './leases.spec.js';

testsRunOnServer();
