import { testsRunOnServer } from '@isolith/journal/testing';
import './engine-bounds.spec.js';

testsRunOnServer();
