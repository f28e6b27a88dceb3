import { describe, expect, it } from '@jest/globals';
import { application, parseConfig } from '@isolith/isolith';
import { mcpEdgeOf, mcpSettings } from './mcp-settings.js';

const edgeOf = (variables: Record<string, string>) =>
  mcpEdgeOf(parseConfig(application('app', [], mcpSettings), variables).config.settings(mcpSettings));

describe('the variables of an MCP server', () => {
  it('let in nobody but this machine where they say nothing', () => {
    expect(edgeOf({})).toEqual({ allowedHosts: ['localhost', '127.0.0.1', '[::1]'], allowedOrigins: [] });
  });

  it('name hosts, origins and addresses', () => {
    expect(
      edgeOf({
        MCP_ALLOWED_HOSTS: 'shop.example, 10.0.0.1',
        MCP_ALLOWED_ORIGINS: 'https://chat.example',
        MCP_PUBLIC_URL: 'https://shop.example/mcp',
        MCP_AUTHORIZATION_SERVER: 'https://sign-in.example',
      }),
    ).toEqual({
      allowedHosts: ['shop.example', '10.0.0.1'],
      allowedOrigins: ['https://chat.example'],
      publicUrl: 'https://shop.example/mcp',
      authorizationServer: 'https://sign-in.example',
    });
  });

  it.each([
    ['MCP', 'yes'],
    ['MCP_ALLOWED_HOSTS', 'shop.example:443'],
    ['MCP_ALLOWED_HOSTS', 'https://shop.example'],
    ['MCP_ALLOWED_HOSTS', 'a@b'],
    ['MCP_ALLOWED_ORIGINS', '*'],
    ['MCP_ALLOWED_ORIGINS', 'null'],
    ['MCP_ALLOWED_ORIGINS', 'https://chat.example/'],
    ['MCP_PUBLIC_URL', '/mcp'],
    ['MCP_AUTHORIZATION_SERVER', 'javascript:alert(1)'],
  ])('%s is not %p', (name, value) => {
    const { violations } = parseConfig(application('app', [], mcpSettings), { [name]: value });
    expect(violations.filter((one) => one.includes(name))).toHaveLength(1);
  });
});
