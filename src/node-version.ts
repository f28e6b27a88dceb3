const NEEDED = { major: 24, minor: 11 } as const;

/** One line that says what is wrong with this Node; undefined when it will do. */
export function missingNode(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const enough = major > NEEDED.major || (major === NEEDED.major && minor >= NEEDED.minor);
  return enough
    ? undefined
    : `the shop needs Node ${NEEDED.major}.${NEEDED.minor} or newer, this is ${version}; "npm start" brings its own`;
}
