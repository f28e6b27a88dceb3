import { testsRunOnServer } from '@isolith/journal/testing';
import './features/list-notifications.spec.js';
import './features/on-order-news.spec.js';
import './features/on-stock-low.spec.js';

testsRunOnServer();
