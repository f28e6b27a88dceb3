import { InProcessTransport } from '@isolith/message-bus';
import { MessageBusModule } from '@isolith/message-bus/nest';
import { crossingAsJson, faultyTransport } from '@isolith/message-bus/testing';
import { Module, type Type } from '@nestjs/common';
import { InventoryModule, OrdersModule } from './readme.example.js';

/** The application of a test: all in one process, and yet its messages meet what a network brings. */
export function appUnderFaults(seed: number): Type {
  const local = faultyTransport(crossingAsJson(new InProcessTransport()), {
    seed,
    rates: { delay: 0.2, duplicate: 0.2, lostReply: 0.2 },
  });

  @Module({
    imports: [
      MessageBusModule.forRoot({ placement: { here: ['orders', 'inventory'] }, local }),
      OrdersModule,
      InventoryModule,
    ],
  })
  class AppUnderFaults {}
  return AppUnderFaults;
}
