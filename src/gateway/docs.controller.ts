import { createReadStream } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Public } from '@isolith/isolith/http';
import { Controller, Get, Header, NotFoundException, Param, StreamableFile } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';

const ASSETS: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};

// Links are relative: under which path a proxy shows the page only the browser knows.
const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Shop API</title>
<link rel="icon" href="docs/assets/favicon-32x32.png">
<link rel="stylesheet" href="docs/assets/swagger-ui.css">
</head>
<body>
<div id="ui"></div>
<script src="docs/assets/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
`;

// A file of its own: the content security policy runs no script that stands in the page.
const START = `SwaggerUIBundle({ url: 'docs-json', dom_id: '#ui', deepLinking: true, persistAuthorization: false });\n`;

/** The interactive documentation, from the files that @nestjs/swagger brings along. */
@ApiExcludeController()
@Public()
@Controller('docs')
export class DocsController {
  #folder: string | undefined;

  @Get()
  @Header('content-type', 'text/html; charset=utf-8')
  page(): string {
    return PAGE;
  }

  @Get('start.js')
  @Header('content-type', 'text/javascript; charset=utf-8')
  start(): string {
    return START;
  }

  @Get('assets/:name')
  @Header('cache-control', 'public, max-age=3600')
  asset(@Param('name') name: string): StreamableFile {
    const type = Object.hasOwn(ASSETS, name) ? ASSETS[name] : undefined;
    if (type === undefined) throw new NotFoundException('there is no such file');
    return new StreamableFile(createReadStream(join(this.#assets(), name)), { type });
  }

  /** The package belongs to @nestjs/swagger, so it is found from there. */
  #assets(): string {
    this.#folder ??= dirname(
      createRequire(import.meta.resolve('@nestjs/swagger')).resolve('swagger-ui-dist/package.json'),
    );
    return this.#folder;
  }
}
