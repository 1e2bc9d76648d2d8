import type { Request, Response } from 'express';
import type { LinkRecord } from '../../store/link.ts';
import type { PageContext } from '../page-context.ts';

/** Answers a request that came by a link, once the link is known. */
export type LinkPage = (
  context: PageContext,
  request: Request,
  response: Response,
  link: LinkRecord,
) => Promise<void>;
