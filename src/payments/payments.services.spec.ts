import { testsRunOnServer } from '@isolith/journal/testing';
import './features/charge-payment.spec.js';
import './features/reconcile.spec.js';
import './features/refund-payment.spec.js';
import './infra/provider/sandbox-provider.spec.js';

testsRunOnServer();
