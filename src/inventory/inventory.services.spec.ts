import { testsRunOnServer } from '@isolith/journal/testing';
import './features/get-stock.spec.js';
import './features/on-shipment-dispatched.spec.js';
import './features/receive-stock.spec.js';
import './features/release-stock.spec.js';
import './features/reserve-stock.spec.js';
import './features/return-stock.spec.js';
import './features/seed-demo-stock.spec.js';
import './infra/stock.spec.js';

testsRunOnServer();
