import { z } from 'zod';
import { listQuery } from '../http/lists.js';
import { operatorText } from '../operations/operator-text.js';

/** The query of a list of every context: `limit` of each, or one context page by page, which alone has a `cursor`. */
export const pagesOfContexts = <S extends z.ZodRawShape, C extends z.ZodType<string>>(filter: S, cursor: C) =>
  listQuery
    .extend({ ...filter, cursor: cursor.optional(), context: operatorText.optional() })
    .refine((asked) => !('cursor' in asked && asked.cursor !== undefined) || asked['context'] !== undefined, {
      path: ['cursor'],
      message: 'belongs to one context: name it',
    });
