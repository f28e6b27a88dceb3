import type { LoggerService } from '@nestjs/common';
import type { ImpairmentSink } from '../transport/impairments.js';

/**
 * One line when something begins to be impaired, with the reason and where to look; one when it has ended, with how
 * long it lasted.
 */
export function logImpairments(log: Pick<LoggerService, 'warn'>): ImpairmentSink {
  return (change, { kind, name, reason, lookAt, effect, seconds, detail }) => {
    const rounded = Math.round(seconds * 10) / 10;
    // Whoever sees the beginning has to see the end, whatever the level.
    if (change === 'ended') log.warn({ message: `no longer impaired: ${kind} ${name}`, kind, name, lasted_s: rounded });
    else
      log.warn({
        message: `impaired: ${kind} ${name}: ${reason}`,
        kind,
        name,
        effect,
        seconds: rounded,
        look_at: lookAt,
        ...(detail === undefined ? {} : { detail }),
      });
  };
}
