export { command } from './command/command.js';
export { context } from './context/context.js';
export { event } from './event/event.js';
export { projection } from './projection/projection.js';
export { query } from './query/query.js';
export { saga } from './saga/saga.js';
