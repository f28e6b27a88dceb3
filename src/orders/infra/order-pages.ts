import { pagesBy } from '@isolith/contracts';
import { z } from 'zod';
import { BadCursor } from '../orders.contract.js';

/** The year 0000 is a moment for the pattern of ISO 8601 and none for PostgreSQL. */
const PlacedAt = z.iso.datetime({ precision: 3 }).refine((at) => !at.startsWith('0000'));

/** Orders by the moment at which they were placed, then by id. */
export const orderPages = pagesBy(z.tuple([PlacedAt, z.uuid()]), () => new BadCursor({ pointer: '/cursor' }));
