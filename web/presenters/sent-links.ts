/** A personal link as the store knows it; there is no token in it. */
export interface SentLink {
  readonly id: string;
  readonly person: string | null;
  readonly organisation: string | null;
  readonly events: readonly string[];
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly usedAt: string | null;
  readonly state: 'open' | 'used' | 'withdrawn' | 'replaced';
}

export interface SentLinkView {
  readonly who: string;
  readonly what: string;
  readonly sent: string;
  readonly state: string;
  /** Where it is taken back, for an open one. */
  readonly withdraw: string | null;
}

const STATES = {
  used: 'Used',
  withdrawn: 'Taken back',
  replaced: 'Replaced by a newer one',
} as const;

/** The links that were sent for a record, as a coordinator reads them. */
export function presentSentLinks(
  links: readonly SentLink[],
  reading: {
    readonly names: ReadonlyMap<string, string>;
    /** What an event is called on its button. */
    readonly labels: ReadonlyMap<string, string>;
    readonly now: string;
    readonly when: (instant: string) => string;
    readonly href: (link: string) => string;
  },
): readonly SentLinkView[] {
  const { names, labels, now, when, href } = reading;
  return links.map((link) => {
    const expired = link.state === 'open' && link.expiresAt <= now;
    const organisation = link.organisation === null ? undefined : names.get(link.organisation);
    const who = names.get(link.person ?? '') ?? 'Somebody';
    return {
      who: organisation === undefined ? who : `${who}, ${organisation}`,
      what: link.events.flatMap((event) => labels.get(event) ?? []).join(', ') || 'Earlier step',
      sent: when(link.createdAt),
      state:
        link.state === 'open'
          ? `${expired ? 'Expired' : 'Open until'} ${when(link.expiresAt)}`
          : STATES[link.state],
      withdraw: link.state === 'open' && !expired ? href(link.id) : null,
    };
  });
}
