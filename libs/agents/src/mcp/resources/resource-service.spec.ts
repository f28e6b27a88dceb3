import { describe, expect, it } from '@jest/globals';
import type { Principal } from '@isolith/contracts';
import { BreakLamp, GetLamp, LightLamp } from '../spec-support/tiny-tools.js';
import { type McpDocument, ResourceService } from './resource-service.js';

const as = (...roles: string[]): Principal => ({ service: 'gateway', user: 'u-1', roles });
const guide: McpDocument = {
  name: 'lamps',
  title: 'About lamps',
  mimeType: 'text/markdown',
  text: () => Promise.resolve('# Lamps'),
};
const service = new ResourceService([GetLamp, LightLamp, BreakLamp], [guide]);

describe('what clients may read', () => {
  it('is of contracts what their user may send', () => {
    expect(service.list(as('customer')).map(({ uri }) => uri)).toEqual([
      'isolith://contracts/lamps.get-lamp',
      'isolith://contracts/lamps.light-lamp',
      'isolith://documents/lamps',
    ]);
    expect(service.list(as('admin')).map(({ uri }) => uri)).toContain('isolith://contracts/lamps.break-lamp');
    expect(service.list({ service: 'gateway', roles: [] }).map(({ uri }) => uri)).toEqual([
      'isolith://contracts/lamps.get-lamp',
    ]);
  });

  it('is a contract with its schemas, and a document as it is', async () => {
    const { contents } = await service.read('isolith://contracts/lamps.light-lamp', as());
    expect(contents).toEqual([
      { uri: 'isolith://contracts/lamps.light-lamp', mimeType: 'application/json', text: expect.any(String) },
    ]);
    expect(contents[0]).toHaveProperty('text', expect.stringContaining('"lampId"'));
    expect((await service.read('isolith://documents/lamps', as())).contents).toEqual([
      { uri: 'isolith://documents/lamps', mimeType: 'text/markdown', text: '# Lamps' },
    ]);
  });

  it.each(['isolith://contracts/lamps.break-lamp', 'isolith://contracts/lamps', 'file:///etc/passwd', ''])(
    'is not %p, for a customer',
    async (uri) => {
      await expect(service.read(uri, as('customer'))).rejects.toThrow();
    },
  );

  it.each(['', 'a/b', '../lamps', 'a'.repeat(65)])('is no document named %p', (name) => {
    expect(() => new ResourceService([], [{ ...guide, name }])).toThrow('need names of their own');
  });

  it('is one document of each name', () => {
    expect(() => new ResourceService([], [guide, guide])).toThrow('need names of their own: lamps');
  });
});
