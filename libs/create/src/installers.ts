export const PACKAGE_MANAGERS = ['npm', 'pnpm', 'yarn'] as const;
/** What installs the app's packages. */
export type PackageManager = (typeof PACKAGE_MANAGERS)[number];

export const isPackageManager = (name: string | undefined): name is PackageManager =>
  PACKAGE_MANAGERS.some((one) => one === name);

/**
 * The one that runs us: each tells its name first in `npm_config_user_agent` (`pnpm/10.1.0 npm/? node/v24.11.0 …`).
 * npm where nobody does.
 */
export function packageManagerIn(userAgent: string | undefined): PackageManager {
  const [name] = (userAgent ?? '').split('/');
  return isPackageManager(name) ? name : 'npm';
}
