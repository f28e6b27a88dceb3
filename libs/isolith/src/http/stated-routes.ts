import { RequestMethod, type Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { MetadataScanner } from '@nestjs/core';
import { z } from 'zod';

/** One route of a controller, as its decorators state it: without what the application puts before all. */
export interface StatedRoute {
  /** The method of the class. */
  readonly method: string;
  readonly handler: object;
  /** `GET`; `ALL` for every verb. */
  readonly verb: string;
  /** `/v1/orders/:id`. Of several the first. */
  readonly path: string;
}

const paths = z.union([z.string().transform((one) => [one]), z.array(z.string())]).catch(['']);
const verbs = z.enum(RequestMethod);
const scanner = new MetadataScanner();

/** What a controller takes of HTTP; methods that take messages of another kind have no path. */
export function routesOf(controller: Type): readonly StatedRoute[] {
  const prototype: object = controller.prototype;
  return scanner.getAllMethodNames(prototype).flatMap((method) => {
    const handler: unknown = Reflect.get(prototype, method);
    if (typeof handler !== 'function' || !Reflect.hasMetadata(PATH_METADATA, handler)) return [];
    const verb = verbs.safeParse(Reflect.getMetadata(METHOD_METADATA, handler)).data ?? RequestMethod.ALL;
    return [{ method, handler, verb: RequestMethod[verb], path: pathOf(controller, handler) }];
  });
}

function pathOf(controller: Type, handler: object): string {
  const [of, at] = [controller, handler].map((target) => paths.parse(Reflect.getMetadata(PATH_METADATA, target))[0]);
  const parts = [of, at].flatMap((part = '') => part.split('/')).filter((part) => part !== '');
  return `/${parts.join('/')}`;
}
