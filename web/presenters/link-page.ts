/** How a personal link stands; only `open` lets anything be done. */
export type LinkPageStatus =
  | 'open'
  | 'used'
  | 'expired'
  | 'text-changed'
  | 'replaced'
  | 'withdrawn'
  | 'past';

/** What a page says when its link can no longer be used. */
export interface ClosedLinkView {
  readonly heading: string;
  readonly paragraphs: readonly string[];
  /** A new link can be sent. */
  readonly renewable: boolean;
}

const CLOSED: Readonly<Record<Exclude<LinkPageStatus, 'open'>, Omit<ClosedLinkView, 'renewable'>>> =
  {
    used: {
      heading: 'This link has been used',
      paragraphs: [
        'What you decided with it is recorded, once. Nothing more is asked of you here.',
        'If it was not you, tell the coordinator of the partnership at once.',
      ],
    },
    expired: {
      heading: 'This link has expired',
      paragraphs: [
        'Nothing was recorded with it. You can have a new one sent to your own address.',
      ],
    },
    'text-changed': {
      heading: 'The text has changed since this link was sent',
      paragraphs: [
        'So that nobody signs what they have not read, this link no longer works. Nothing was recorded with it.',
        'Have a new link sent to your own address; it shows the new text and what changed.',
      ],
    },
    replaced: {
      heading: 'A newer link has been sent to you',
      paragraphs: [
        'This one no longer works. Look for the newest e-mail about this and use its link.',
      ],
    },
    withdrawn: {
      heading: 'This link has been taken back',
      paragraphs: [
        'Either it was withdrawn, or you no longer have the part in this partnership that it was for. Nothing was recorded with it.',
        'If you think this is wrong, ask the coordinator of the partnership.',
      ],
    },
    past: {
      heading: 'Nothing is waited for any more',
      paragraphs: [
        'This has moved on since the link was sent, so there is nothing left to do here.',
      ],
    },
  };

/** The page of a link that is not open: what happened to it and what to do. */
export function presentClosedLink(
  status: Exclude<LinkPageStatus, 'open'>,
  renewable: boolean,
): ClosedLinkView {
  return { ...CLOSED[status], renewable };
}
