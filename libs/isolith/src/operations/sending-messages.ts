import { command, role } from '@isolith/contracts';
import { z } from 'zod';
import { OPERATOR } from '../http/access.guard.js';
import { operatorText } from './operator-text.js';
import { perContext } from './per-context.js';

/** What every context with a database writes down before an operator sends it a message by hand. */
function declare<const C extends string>(context: C) {
  const NoteSending = command(`${context}.actuator-note-sending`, {
    input: z.object({ contract: operatorText, id: operatorText }),
    access: [role(OPERATOR)],
  });
  return { NoteSending } as const;
}

export const sendingMessagesOf = perContext<ReturnType<typeof declare<string>>>(declare);
