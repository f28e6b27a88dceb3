/** `engines` of the manifests says it to npm; this to whoever runs them all the same. */
const NEEDED = { major: 22, minor: 16 } as const;

/** One line that says what is wrong with this Node; undefined when it will do. */
export function unsupportedNode(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > NEEDED.major || (major === NEEDED.major && minor >= NEEDED.minor)) return undefined;
  return `@isolith needs Node ${NEEDED.major}.${NEEDED.minor} or newer, this is ${version}: install a newer one from https://nodejs.org`;
}

const problem = unsupportedNode(process.versions.node);
// While it is imported: what an older Node lacks would else be missed somewhere in the middle of work.
if (problem !== undefined) throw new Error(problem);
