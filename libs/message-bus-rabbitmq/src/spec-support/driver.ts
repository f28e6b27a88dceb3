let taken: string | undefined;

/** The transports of this spec file take their driver for one of this version. */
export function takeDriverFor(version: string): void {
  taken = version;
}

/** What it is taken for; undefined: what it is. */
export const driverTakenFor = (): string | undefined => taken;
