import { afterAll } from '@jest/globals';
import { cleanUp } from './host.js';

/** Jest runs this before each journey file: nothing of a file outlives it, even when its tests failed. */
afterAll(cleanUp);
