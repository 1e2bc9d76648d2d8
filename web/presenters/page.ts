/** The addresses that the frame of every page leads to. */
const PLACES = {
  home: '/',
  work: '/work',
  partnerships: '/partnerships',
  dates: '/dates',
  registers: '/registers',
  sentMail: '/sent-mail',
  parkedTasks: '/parked-tasks',
  settings: '/settings',
  signOut: '/sign-out',
} as const;

export interface PageLink {
  readonly href: string;
  readonly text: string;
}

/** A band under the header on every page it concerns, e.g. "Operating unsigned". */
interface PageBanner {
  readonly title: string;
  readonly text?: string;
  readonly href?: string;
  readonly linkText?: string;
}

/** Said once, after something was done. */
interface PageNotice {
  readonly title: string;
  readonly text: string;
  readonly success?: boolean;
  readonly more?: string;
  readonly href?: string;
  readonly linkText?: string;
}

export interface PageFrame {
  /** What the page is, without the installation's name. */
  readonly title: string;
  /** The installation's name. */
  readonly installation: string;
  /** The address asked for, to mark the place in the menu. */
  readonly path: string;
  /** Whoever is signed in; without one there is no menu. */
  readonly person?: {
    readonly name: string;
    readonly administrator: boolean;
    /** Coordinates all partnerships or some of them. */
    readonly coordinates: boolean;
    /** Leads a partnership. */
    readonly leads: boolean;
  };
  readonly hasErrors?: boolean;
  readonly banners?: readonly PageBanner[];
  readonly notice?: PageNotice;
  /** The way here; the last one is this page and has no address. */
  readonly breadcrumbs?: readonly { readonly text: string; readonly href?: string }[];
  readonly back?: PageLink;
  readonly footer?: readonly PageLink[];
}

interface NavigationItem extends PageLink {
  readonly active: boolean;
  readonly current: boolean;
}

export interface PageView extends Omit<PageFrame, 'person'> {
  readonly home: string;
  readonly person: { readonly name: string; readonly signOut: string } | null;
  readonly navigation: readonly NavigationItem[];
}

/** What `layouts/page` needs; goes into the context of every page as `page`. */
export function presentPage(frame: PageFrame): PageView {
  const { person } = frame;
  return {
    ...frame,
    home: PLACES.home,
    person: person ? { name: person.name, signOut: PLACES.signOut } : null,
    navigation: person ? navigation(frame.path, person) : [],
  };
}

function navigation(
  path: string,
  person: NonNullable<PageFrame['person']>,
): readonly NavigationItem[] {
  const dates = { href: PLACES.dates, text: 'Dates' };
  const everybody = [
    { href: PLACES.work, text: 'My work' },
    ...(person.coordinates || person.leads ? [dates] : []),
    { href: PLACES.partnerships, text: 'Partnerships' },
    { href: PLACES.registers, text: 'Registers' },
  ];
  const overseers = [
    { href: PLACES.sentMail, text: 'Sent mail' },
    { href: PLACES.parkedTasks, text: 'Parked tasks' },
  ];
  const administrators = [{ href: PLACES.settings, text: 'Settings' }];
  return [
    ...everybody,
    ...(person.administrator || person.coordinates ? overseers : []),
    ...(person.administrator ? administrators : []),
  ].map((item) => ({
    ...item,
    current: path === item.href,
    active: path === item.href || path.startsWith(`${item.href}/`),
  }));
}
