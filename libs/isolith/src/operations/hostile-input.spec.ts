import { contractsIn } from '@isolith/contracts';
import { checkHostileInput } from '@isolith/contracts/testing';
import { it } from '@jest/globals';
import { auditMessagesOf } from './audit-messages.js';
import { causeMessagesOf } from './cause-messages.js';
import { eventMessagesOf } from './event-messages.js';
import { parkedMessagesOf } from './parked-messages.js';
import { sagaMessagesOf } from './saga-messages.js';

it("every place of the operators' messages is checked within 50 ms, and refused where it is no text (fault 17) (fault 34)", () => {
  checkHostileInput(
    contractsIn({
      ...sagaMessagesOf('tiny'),
      ...parkedMessagesOf('tiny'),
      ...auditMessagesOf('tiny'),
      ...eventMessagesOf('tiny'),
      ...causeMessagesOf('tiny'),
    }),
  );
});
