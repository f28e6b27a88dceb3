import type { DynamicModule, InjectionToken, ModuleMetadata, OptionalFactoryDependency } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { HostOptions } from './host-options.js';

/** How `forRootAsync` comes to what `forRoot` takes. */
export interface AsyncHostOptions extends Pick<ModuleMetadata, 'imports'> {
  /** What `useFactory` is given, in this order; of `imports`. */
  readonly inject?: (InjectionToken | OptionalFactoryDependency)[];
  /**
   * Makes what `forRoot` takes: `(config: ConfigService) => ({ contexts, env: { DATABASE_URL: config.get('db.url') }
   * })`.
   */
  readonly useFactory: (...injected: never[]) => HostOptions | Promise<HostOptions>;
}

const OPTIONS = Symbol('isolith.options');

class AsyncOptionsModule {}

/**
 * Which modules an application has depends on what the factory says, and Nest makes nothing before it knows all
 * modules. So what the factory is given is made beforehand, in a container of its own that ends when it has answered.
 * @throws {TypeError} for a factory that makes no options, and whatever the factory or what it is given throws
 */
export async function optionsFrom({ imports = [], inject = [], useFactory }: AsyncHostOptions): Promise<HostOptions> {
  const root: DynamicModule = {
    module: AsyncOptionsModule,
    imports,
    providers: [{ provide: OPTIONS, inject, useFactory }],
  };
  const container = await NestFactory.createApplicationContext(root, { abortOnError: false });
  try {
    const options: HostOptions | undefined = container.get(OPTIONS);
    if (typeof options !== 'object' || options === null)
      throw new TypeError(
        `IsolithModule.forRootAsync: useFactory must return what forRoot() takes, { contexts, … }; it returned ${String(options)}`,
      );
    return options;
  } finally {
    await container.close();
  }
}
