import { testsRunOnServer } from '@isolith/journal/testing';
import './features/cancel-order.spec.js';
import './features/list-orders.spec.js';
import './features/place-order.spec.js';
import './features/return-order.spec.js';

testsRunOnServer();
