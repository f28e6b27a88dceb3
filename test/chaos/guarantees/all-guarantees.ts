import { delivering } from './delivering.js';
import type { Guarantee } from './guarantee.js';
import { handling } from './handling.js';
import { hosting } from './hosting.js';

/** In the order of their numbers, from 1. */
export const allGuarantees: readonly Guarantee[] = [...handling, ...delivering, ...hosting];
