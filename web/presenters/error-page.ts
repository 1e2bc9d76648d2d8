/** What went wrong for a reader, and what to do; shown by `pages/error`. */
export interface ErrorPage {
  readonly title: string;
  readonly paragraphs: readonly string[];
  readonly link: { readonly href: string; readonly text: string } | null;
}

const TO_WORK = { href: '/work', text: 'Go to my work' };

/** The pages of statuses that no page of its own explains. */
const PAGES: Readonly<Record<number, ErrorPage>> = {
  400: {
    title: 'Your request could not be read',
    paragraphs: [
      'Something in what was sent is not as it should be. Nothing was changed.',
      'Go back, load the page again and try once more.',
    ],
    link: TO_WORK,
  },
  401: {
    title: 'Sign in first',
    paragraphs: ['This page is for people who are signed in. Sign in, then open it again.'],
    link: { href: '/sign-in', text: 'Sign in' },
  },
  403: {
    title: 'You cannot do this',
    paragraphs: [
      'This belongs to people with another role, or to another organisation. Nothing was changed.',
      'If you think you should be able to, ask whoever looks after the partnership or this installation to give you the part.',
    ],
    link: TO_WORK,
  },
  404: {
    title: 'Page not found',
    paragraphs: [
      'If you typed the address, check that it is right. If you pasted it, check that you copied all of it.',
      'If a link in an e-mail brought you here, the page may be for other partners only. Ask whoever sent it.',
    ],
    link: TO_WORK,
  },
  409: {
    title: 'Somebody else was quicker',
    paragraphs: [
      'This was changed while you had it open. Nothing of yours was recorded.',
      'Go back, load the page again, look at what changed and send your answer once more.',
    ],
    link: TO_WORK,
  },
  410: {
    title: 'This link cannot be used any more',
    paragraphs: ['Nothing was changed.'],
    link: TO_WORK,
  },
  413: {
    title: 'What you sent is too large',
    paragraphs: [
      'Nothing was recorded. Go back, make it smaller or send fewer files at a time, and try again.',
    ],
    link: null,
  },
  429: {
    title: 'Too many tries',
    paragraphs: [
      'To protect people’s accounts we pause after many tries in a short time.',
      'Links and codes that were sent to you still work afterwards.',
    ],
    link: null,
  },
  500: {
    title: 'Something went wrong',
    paragraphs: [
      'The fault is ours, not yours. Nothing was half done: either it was recorded whole or not at all.',
      'Go back and try again in a few minutes. Before you send something a second time, look whether it is already there.',
    ],
    link: TO_WORK,
  },
  503: {
    title: 'This cannot be done just now',
    paragraphs: [
      'The service cannot answer. Nothing was recorded from this page.',
      'Wait a minute, then try again. Reminders and deadlines that fall due meanwhile are not lost.',
    ],
    link: null,
  },
};

/**
 * The page of an HTTP status. `said` (an error's `userMessage`) replaces the first paragraph when
 * there is something more exact to say; `reference` lets support find the log line.
 */
export function errorPage(
  status: number,
  more: { readonly said?: string; readonly reference?: string } = {},
): ErrorPage {
  const page = PAGES[status] ?? PAGES[status < 500 ? 400 : 500];
  if (!page) throw new Error(`no error page for ${status}`);
  const [first = '', ...rest] = page.paragraphs;
  return {
    ...page,
    paragraphs: [
      more.said ?? first,
      ...rest,
      ...(more.reference === undefined
        ? []
        : [`If it goes on, tell your administrator this reference: ${more.reference}.`]),
    ],
  };
}
