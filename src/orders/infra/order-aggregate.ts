import { aggregate } from '@isolith/event-sourcing';
import { decide } from '../domain/decide.js';
import { orderEvents } from '../domain/events.js';
import { evolve, noOrder } from '../domain/order.js';

export const order = aggregate({ name: 'order', events: orderEvents, initial: noOrder, decide, evolve });
