import { testsRunOnServer } from '@isolith/journal/testing';
import './features/change-roles.spec.js';
import './features/close-session.spec.js';
import './features/get-user.spec.js';
import './features/open-session.spec.js';
import './features/refresh-session.spec.js';
import './features/register-user.spec.js';
import './features/seed-first-admin.spec.js';
import './features/update-profile.spec.js';

testsRunOnServer();
