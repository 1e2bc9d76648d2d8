import type { RequestHandler } from 'express';
import helmet from 'helmet';

/** Strict headers for every answer: no inline script or style, no frames, no referrer to others. */
export function securityHeaders(url: string): RequestHandler {
  const secure = url.startsWith('https:');
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'"],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
        manifestSrc: ["'self'"],
        ...(secure ? { upgradeInsecureRequests: [] } : {}),
      },
    },
    // An address with a token in it must never travel on to another site. To our own it may: with
    // "no-referrer" a browser would hide from us, too, where a form was posted from (Origin: null).
    referrerPolicy: { policy: 'same-origin' },
    strictTransportSecurity: secure,
    crossOriginOpenerPolicy: { policy: 'same-origin' },
  });
}
