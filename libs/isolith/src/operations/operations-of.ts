import { type ParkedContracts, parkedMessagesOf } from './parked-messages.js';
import { type SagaMessages, sagaMessagesOf } from './saga-messages.js';

/** What is asked of a context about its sagas and its parked messages. */
export type OperationsOf = Pick<SagaMessages, 'ListSagas' | 'ShowSaga' | 'OperateSaga'> &
  Pick<ParkedContracts, 'ListParked' | 'GroupParked' | 'ReplaySequence'>;

/**
 * What every context with a database answers about its sagas and its parked messages, for who asks by another way than
 * `/actuator`, such as an agent. Operators alone may send it.
 */
export function operationsOf(context: string): OperationsOf {
  const { ListSagas, ShowSaga, OperateSaga } = sagaMessagesOf(context);
  const { ListParked, GroupParked, ReplaySequence } = parkedMessagesOf(context);
  return { ListSagas, ShowSaga, OperateSaga, ListParked, GroupParked, ReplaySequence };
}
