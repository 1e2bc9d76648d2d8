import type { ErrorCode, ErrorDetails } from '../../engine/errors.ts';
import type {
  CompareRequest,
  ComparedDocuments,
  RenderedDocument,
  RenderRequest,
} from './rendered-document.ts';

/** What is asked of the drawing thread. */
export type RenderJob =
  | { readonly kind: 'render'; readonly request: RenderRequest }
  | { readonly kind: 'compare'; readonly request: CompareRequest };

/** What it answers; errors cross as data and are raised again on the other side. */
export type RenderAnswer =
  | { readonly kind: 'done'; readonly result: RenderedDocument | ComparedDocuments }
  | {
      readonly kind: 'refused';
      readonly error: {
        readonly code: ErrorCode;
        readonly message: string;
        readonly userMessage: string;
        readonly details: ErrorDetails;
      };
    };
