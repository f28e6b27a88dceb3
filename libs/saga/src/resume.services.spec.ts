import { testsRunOnServer } from '@isolith/journal/testing';
import './resume.spec.js';

testsRunOnServer();
