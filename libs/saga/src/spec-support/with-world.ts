import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import { Workshop } from './workshop.js';
import { World } from './world.js';

/** Has a world for the tests of a file, and a workshop that is new to each of them. */
export function withWorld(given: (world: World, workshop: Workshop) => void): void {
  let world: World;
  beforeAll(async () => void (world = await World.open()));
  beforeEach(async () => given(world, await new Workshop().open()));
  afterAll(() => world.close());
}
