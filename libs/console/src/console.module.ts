import { type DynamicModule, Module } from '@nestjs/common';
import { ConsoleChecks } from './console-checks.js';
import { ConsoleConfig, type ConsoleOptions } from './settings/console-options.js';
import { ConsolePages } from './console-pages.js';
import { ConsoleController } from './console.controller.js';
import { SendingController } from './sending/sending.controller.js';
import { isShown, maySend } from './settings/console-settings.js';
import { SignIn } from './sign-in/sign-in.js';
import { SignInController } from './sign-in/sign-in.controller.js';

/**
 * The console of a host at `/console/`, where its settings show one. It needs `IsolithModule.forRoot({ edge: WHOLE_EDGE
 * })` beside it, on Fastify: its pages ask `/actuator` for all that they show.
 */
@Module({})
export class ConsoleModule {
  static forRoot(options: ConsoleOptions): DynamicModule {
    const config = { provide: ConsoleConfig, useValue: new ConsoleConfig(options) };
    if (!isShown(options.settings)) return { module: ConsoleModule, providers: [config, ConsoleChecks] };
    return {
      module: ConsoleModule,
      controllers: [SignInController, ConsoleController, ...(maySend(options.settings) ? [SendingController] : [])],
      providers: [config, ConsoleChecks, ConsolePages, SignIn],
    };
  }
}
