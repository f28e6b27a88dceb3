/** What stands in the template for the version of a package of Isolith; no other package has it. */
const ANY = '"*"';

/**
 * An app's manifest that names exactly one version of Isolith's packages: they depend on one another in the same way.
 */
export const withVersions = (manifest: string, version: string): string =>
  manifest.replaceAll(ANY, JSON.stringify(version));
