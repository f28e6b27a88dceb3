import { testsRunOnServer } from '@isolith/journal/testing';
import './features/cancel-shipment.spec.js';
import './features/create-shipment.spec.js';
import './features/dispatch-shipment.spec.js';

testsRunOnServer();
