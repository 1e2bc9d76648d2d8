import type { ErrorCode, ErrorDetails } from '../../engine/errors.ts';
import type { RenderedDocument } from './rendered-document.ts';

/** What the drawing thread answers; errors cross as data and are raised again on the other side. */
export type RenderAnswer =
  | { readonly kind: 'rendered'; readonly rendered: RenderedDocument }
  | {
      readonly kind: 'refused';
      readonly error: {
        readonly code: ErrorCode;
        readonly message: string;
        readonly userMessage: string;
        readonly details: ErrorDetails;
      };
    };
