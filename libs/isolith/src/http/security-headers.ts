import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/**
 * Headers that keep browsers from making something else of an answer. The policy lets a page from here run scripts and
 * styles from here (the API's documentation does) and nothing from anywhere else. TLS ends before this host, so whether
 * to insist on it is decided there.
 */
export function secureHeaders(app: NestFastifyApplication): void {
  app.useSecurityHeaders({
    strictTransportSecurity: false,
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'none'"],
        'script-src': ["'self'"],
        'style-src': ["'self'", "'unsafe-inline'"],
        'img-src': ["'self'", 'data:'],
        'font-src': ["'self'"],
        'connect-src': ["'self'"],
        'base-uri': ["'none'"],
        'form-action': ["'none'"],
        'frame-ancestors': ["'none'"],
      },
    },
  });
}
