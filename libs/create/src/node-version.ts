const NEEDED = { major: 24, minor: 11 } as const;

/** One sentence that says what is wrong with this Node; undefined when it will do. */
export function missingNode(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const enough = major > NEEDED.major || (major === NEEDED.major && minor >= NEEDED.minor);
  return enough
    ? undefined
    : `An Isolith app needs Node ${NEEDED.major}.${NEEDED.minor} or newer, and this is ${version}: install a newer one and run this again.`;
}
