import { GATEWAY } from '@isolith/contracts';
import type { HostConfig } from '../config/host-config.js';

/** The contexts of other hosts that this one asks. The gateway may ask anybody for anything. */
export function neededElsewhere({ application, placement: { here, elsewhere } }: HostConfig): readonly string[] {
  const needed = new Set(
    application.contexts
      .filter(({ name }) => here.includes(name))
      .flatMap(({ needs }) => needs.map(({ contract }) => contract.context)),
  );
  return elsewhere.filter((context) => context !== GATEWAY && (here.includes(GATEWAY) || needed.has(context)));
}
