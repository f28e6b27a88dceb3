import { HostLifecycle, type HostParticipant } from '@isolith/message-bus/nest';
import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { ConsoleConfig } from './settings/console-options.js';
import { isShown, settingViolations } from './settings/console-settings.js';

/** What keeps a host with a console from starting. */
@Injectable()
export class ConsoleChecks implements HostParticipant {
  readonly name = 'checks of the console';
  readonly stage = 'configuration';

  constructor(
    private readonly config: ConsoleConfig,
    private readonly http: HttpAdapterHost,
    lifecycle: HostLifecycle,
  ) {
    lifecycle.join(this);
  }

  verify(): readonly string[] {
    const { settings } = this.config.options;
    const platform = this.http.httpAdapter?.getType();
    const isFit = !isShown(settings) || platform === undefined || platform === 'fastify';
    return [
      ...settingViolations(settings),
      ...(isFit ? [] : [`console: needs Fastify, and this application is on ${platform}: set CONSOLE=off`]),
    ];
  }
}
