import { tellable } from '@isolith/contracts';
import { UnitOfWork, type ContextJournal } from '@isolith/journal';
import { OperatorActions } from '@isolith/journal/internal';
import type { RequestHandler } from '@isolith/message-bus';
import { Logger } from '@nestjs/common';
import type { CircuitMoved } from '../policies/host-circuits.js';
import { answer, operator } from './answer.js';
import { circuitMessagesOf, HostsNotTold } from './circuit-messages.js';

const BY = 'operations of circuits';
/** The audit is kept for ever. */
const LONGEST_REASON = 500;

const log = new Logger('Operations');

/**
 * What a context of this host does about the circuits of its policies, in three steps: it writes down who wants one
 * moved, tells all hosts, and writes down that they are told, which is its answer to whoever asks the same again. Where
 * `tell` throws, the reason is written down instead, and the same may be asked again.
 */
export function circuitAnswers(
  context: string,
  journal: ContextJournal,
  tell: (moved: CircuitMoved) => Promise<void>,
): readonly RequestHandler[] {
  const { MoveCircuit } = circuitMessagesOf(context);
  return [
    answer(MoveCircuit, BY, async ({ policy, move, host, reason }) => {
      const by = operator();
      const at = host === undefined ? {} : { host };
      const unit = new UnitOfWork(journal);
      const record = (result: object): void => {
        const action = { by, action: `${move}-circuit`, subject: { policy, reason, ...at }, result };
        const { text, values } = new OperatorActions(journal).recording(action);
        unit.write(text, values);
      };
      await unit.intent(async () => record({ asked: true }));
      try {
        await tell({ policy, move, by, ...at });
      } catch (err) {
        log.warn({ message: `nobody knows whether all hosts heard of ${move} of the circuit ${policy}`, err });
        const why = tellable(err).message.slice(0, LONGEST_REASON);
        await unit.intent(async () => record({ told: false, why }));
        throw new HostsNotTold({});
      }
      return unit.run(async () => {
        record({ told: true });
        return {};
      });
    }),
  ];
}
