import { Public } from '@isolith/isolith/http';
import { Controller, Get, Req, UseGuards } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { McpConfig } from '../mcp-options.js';
import { KnownPlacesGuard } from './known-places.guard.js';
import { METADATA_PATH, resourceOf } from './own-address.js';

/** What RFC 9728 calls the metadata of a protected resource. */
interface ResourceMetadata {
  readonly resource: string;
  readonly resource_name: string;
  readonly bearer_methods_supported: readonly string[];
  readonly authorization_servers?: readonly string[];
}

/** Says how a client is let in, to everybody: whoever has to be told has no token yet. */
@Public()
@UseGuards(KnownPlacesGuard)
@Controller(METADATA_PATH)
export class ResourceMetadataController {
  constructor(private readonly config: McpConfig) {}

  @Get()
  metadata(@Req() request: FastifyRequest): ResourceMetadata {
    const { options } = this.config;
    const { name, authorizationServer } = options;
    return {
      resource: resourceOf(request, options),
      resource_name: name,
      bearer_methods_supported: ['header'],
      ...(authorizationServer === undefined ? {} : { authorization_servers: [authorizationServer] }),
    };
  }
}
