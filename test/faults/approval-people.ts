import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { MailCatcher } from '../support/mail-catcher.ts';
import { postedControls } from '../support/posted-controls.ts';
import { type Answer, patientClient, type Told } from './patient-client.ts';

/** What somebody was told is recorded: it may never be lost, nor be there twice. */
export interface Acknowledged {
  readonly what: 'start' | 'note' | 'approval';
  readonly instance: string | null;
  /** Typed once, and recognised in the history: a subject, a note. */
  readonly text: string;
  /** The beginning of the hash that stood on the page of thanks. */
  readonly reference: string | null;
  /** What a program was answered. */
  readonly commit?: { readonly seq: number; readonly hash: string };
}

export interface People {
  /** Signs in by a mailed link; answers the session's cookie. */
  signIn(email: string): Promise<string>;
  /** Starts approval rounds and notes things in them until told to stop. */
  manage(cookie: string, name: string): Promise<void>;
  /** As `manage`, by a program over the API. */
  manageByProgram(token: string): Promise<void>;
  /** Opens approval links that come by mail and approves: every `of`th mail, from the `nth`. */
  approve(nth: number, of: number): Promise<void>;
  stopManaging(): void;
  stopApproving(): void;
  readonly ledger: readonly Acknowledged[];
  /** How many rounds were started, and how many of them both managers were told the end of. */
  readonly rounds: () => { readonly begun: number; readonly over: number };
  readonly told: () => Told;
}

/** People at their browsers, and programs, who try again for as long as the server does not answer. */
export function approvalPeople(input: {
  readonly url: string;
  readonly partnership: string;
  readonly mails: MailCatcher;
  /** By their addresses, as they type them to confirm. */
  readonly executives: ReadonlyMap<string, string>;
  /** Nobody starts another round while so many are under way, however slow the machine is. */
  readonly mostOpen: number;
}): People {
  const { url, mails, partnership, executives, mostOpen } = input;
  const client = patientClient(url);
  const ledger: Acknowledged[] = [];
  const going = { managing: true, approving: true };
  const ends = new Set<string>();
  let begun = 0;
  let read = 0;

  function rounds(): { readonly begun: number; readonly over: number } {
    const all = mails.mails();
    for (; read < all.length; read += 1) {
      const mail = all[read];
      if (mail?.subject.includes('Done: ')) ends.add(mail.messageId);
    }
    return { begun, over: Math.floor(ends.size / 2) };
  }

  /** Until there is room for another round; false when it is time to stop. */
  async function mayBegin(): Promise<boolean> {
    await delay(Math.random() * 300);
    while (going.managing && rounds().begun - rounds().over >= mostOpen) await delay(100);
    if (going.managing) begun += 1;
    return going.managing;
  }

  async function note(cookie: string, instance: string): Promise<void> {
    const path = `/instances/${instance}/do/NOTE`;
    const text = `note ${randomUUID()}`;
    while (going.managing) {
      const page = await client.page(path, cookie);
      if (page.status !== 200) return; // it has moved on
      const answer = await client.page(path, cookie, filled(page, { text }));
      if (answer.status === 303) {
        ledger.push({ what: 'note', instance, text, reference: null });
        return;
      }
    }
  }

  async function approveBy(link: string, fullName: string): Promise<void> {
    const { pathname } = new URL(link);
    const page = await client.page(pathname, '');
    if (page.status !== 200) return; // somebody else was faster, or an earlier attempt was taken
    const text = `approval ${randomBytes(12).toString('hex')}`;
    const fields = filled(page, { note: text, confirmName: fullName });
    const send = (): Promise<Answer> => client.page(`${pathname}/do/APPROVE`, '', fields);
    // Some people press a button twice.
    const answers = await Promise.all(Math.random() < 0.3 ? [send(), send()] : [send()]);
    const taken = answers.find(({ status }) => status === 303);
    if (!taken) return;
    ledger.push({ what: 'approval', instance: null, text, reference: null });
    const thanks = await client.page(taken.location, '');
    const reference = /<strong>([0-9a-f]{12})<\/strong>/.exec(thanks.text)?.[1] ?? null;
    ledger.push({ what: 'approval', instance: null, text, reference });
  }

  return {
    ledger,
    rounds,
    told: client.told,
    async signIn(email) {
      const before = mails.mails().length;
      await client.page('/sign-in', '', new Map([['email', email]]));
      const mail = await mails.waitFor(
        (one) =>
          mails.mails().indexOf(one) >= before &&
          one.recipients.includes(email) &&
          /sign in/i.test(one.subject),
      );
      const link = mail.links.find((address) => address.includes('/l/')) ?? '';
      // In another browser than the one that asked, so the address is asked for.
      const { cookie } = await client.page(new URL(link).pathname, '', new Map([['email', email]]));
      return cookie;
    },
    async manage(cookie, name) {
      for (let n = 0; await mayBegin(); n += 1) {
        const text = `${name} ${n} ${randomUUID()}`;
        const path = `/partnerships/${partnership}/start/approval-round`;
        const fields = new Map([
          ['subject', text],
          ['_key', randomUUID()],
          ['_step', 'send'],
        ]);
        const { location, status, text: said } = await client.page(path, cookie, fields);
        if (status !== 303) throw new Error(`a start was answered ${status}: ${said}`);
        const instance = location.split('/').at(-1) ?? '';
        ledger.push({ what: 'start', instance, text, reference: null });
        const page = await client.page(location, cookie);
        if (!page.text.includes(text)) client.complain(`${location} does not show what was begun`);
        await note(cookie, instance);
        await note(cookie, instance);
      }
    },
    async manageByProgram(token) {
      const call = async (path: string, body: object): Promise<Recorded> => {
        const { status, text } = await client.call(token, path, { key: randomUUID(), body });
        return { status, ...(JSON.parse(text) as Omit<Recorded, 'status'>) };
      };
      while (await mayBegin()) {
        const subject = `program ${randomUUID()}`;
        const form = { subject };
        const begin = await call('/instances', { workflow: 'approval-round', partnership, form });
        if (begin.status !== 201) throw new Error(`a start was answered ${JSON.stringify(begin)}`);
        const { instance } = begin;
        ledger.push({ what: 'start', instance, text: subject, reference: null, commit: begin });
        for (let n = 0; n < 3; n += 1) {
          const text = `note ${randomUUID()}`;
          const fields = { text };
          const noted = await call(`/instances/${instance}/events`, { event: 'NOTE', fields });
          if (noted.status !== 200) break; // it has moved on
          ledger.push({ what: 'note', instance, text, reference: null, commit: noted });
          const { text: said } = await client.call(token, `/instances/${instance}`);
          const seen = (JSON.parse(said) as Partial<Recorded>).seq ?? 0;
          if (seen < noted.seq) client.complain(`${instance} shows ${seen}, after ${noted.seq}`);
        }
      }
    },
    async approve(nth, of) {
      for (let next = nth; going.approving; ) {
        const mail = mails.mails()[next];
        if (mail === undefined) {
          await delay(20);
          continue;
        }
        next += of;
        const link = mail.links.find((address) => address.includes('/l/'));
        if (link === undefined || !/approval/i.test(mail.text)) continue;
        await approveBy(link, executives.get(mail.recipients[0] ?? '') ?? '');
      }
    },
    stopManaging() {
      going.managing = false;
    },
    stopApproving() {
      going.approving = false;
    },
  };
}

interface Recorded {
  readonly status: number;
  readonly instance: string;
  readonly seq: number;
  readonly hash: string;
}

/** A page's form as it would be posted, with these fields filled in. */
function filled(page: Answer, typed: Readonly<Record<string, string>>): Map<string, string> {
  const controls = [...postedControls(page.text)].map(([name, values]): [string, string] => [
    name,
    values[0] ?? '',
  ]);
  return new Map([...controls, ...Object.entries(typed)]);
}
