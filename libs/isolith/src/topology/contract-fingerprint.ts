import { hash } from 'node:crypto';
import { describeContracts } from '@isolith/contracts';
import type { ContextDescriptor } from '../context/context.js';

const LENGTH = 12;

/** Equal where two hosts know the same contracts of a context, field by field. */
export const contractFingerprint = ({ contracts }: Pick<ContextDescriptor, 'contracts'>): string =>
  hash('sha256', JSON.stringify(describeContracts(contracts)), 'base64url').slice(0, LENGTH);
