import { Public } from '@isolith/isolith/http';
import { Controller, Get, Headers, NotFoundException, Param, Redirect, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { ConsoleConfig } from './settings/console-options.js';
import { ConsolePages } from './console-pages.js';
import { encodingFor } from './pages/page-encoding.js';
import { tell } from './pages/page-headers.js';
import { maySend } from './settings/console-settings.js';

/** The pages of the console, for everybody: they hold no data. All data they ask of `/actuator`, as an operator. */
@Public()
@Controller('console')
export class ConsoleController {
  constructor(
    private readonly pages: ConsolePages,
    private readonly config: ConsoleConfig,
  ) {}

  /** Pages are named relative to the folder. */
  @Get()
  @Redirect('/console/', 302)
  folder(): void {
    return undefined;
  }

  /** What the pages are to know before anybody has signed in. */
  @Get('config.json')
  configuration(): { application: string; signIn?: { url: string }; send: boolean } {
    const { application, signIn, settings } = this.config.options;
    return { application, ...(signIn === undefined ? {} : { signIn }), send: maySend(settings) };
  }

  @Get('*')
  page(
    @Param('*') path: string,
    @Headers('accept-encoding') accepted: string | undefined,
    @Headers('if-none-match') known: string | undefined,
    @Res() reply: FastifyReply,
  ): void {
    const page = this.pages.find(path, encodingFor(accepted));
    if (page === undefined) throw new NotFoundException('the console has no such file');
    tell(reply, page, known);
  }
}
