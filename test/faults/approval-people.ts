import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { MailCatcher } from '../support/mail-catcher.ts';
import { postedControls } from '../support/posted-controls.ts';

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
  /** Opens every approval link that comes by mail and approves, until told to stop. */
  approve(name: (recipient: string) => string): Promise<void>;
  stopManaging(): void;
  stopApproving(): void;
  readonly ledger: readonly Acknowledged[];
}

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly location: string;
  readonly cookie: string;
}

/** People at their browsers, who try again for as long as the server does not answer. */
export function approvalPeople(input: {
  readonly url: string;
  readonly partnership: string;
  readonly mails: MailCatcher;
}): People {
  const { url, mails, partnership } = input;
  const ledger: Acknowledged[] = [];
  const going = { managing: true, approving: true };

  async function once(path: string, cookie: string, fields?: Map<string, string>): Promise<Answer> {
    const answer = await fetch(`${url}${path}`, {
      redirect: 'manual',
      headers: { cookie, origin: url },
      ...(fields ? { method: 'POST', body: new URLSearchParams([...fields]) } : {}),
    });
    return {
      status: answer.status,
      text: await answer.text(),
      location: answer.headers.get('location') ?? '',
      cookie: answer.headers.getSetCookie()[0]?.split(';')[0] ?? cookie,
    };
  }

  const ask = (path: string, cookie = '', fields?: Map<string, string>): Promise<Answer> =>
    patiently(() => once(path, cookie, fields));

  /** A program repeats its request under the same key until it knows how it went. */
  async function call(token: string, path: string, body: object): Promise<Recorded> {
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'idempotency-key': randomUUID(),
    };
    const send = async (): Promise<{ status: number; text: string }> => {
      const answer = await fetch(`${url}/api/v1${path}`, {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
      });
      return { status: answer.status, text: await answer.text() };
    };
    const { status, text } = await patiently(send);
    return { status, ...(JSON.parse(text) as Omit<Recorded, 'status'>) };
  }

  async function note(cookie: string, instance: string): Promise<void> {
    const path = `/instances/${instance}/do/NOTE`;
    const text = `note ${randomUUID()}`;
    while (going.managing) {
      const page = await ask(path, cookie);
      if (page.status !== 200) return; // it has moved on
      const answer = await ask(path, cookie, filled(page, { text }));
      if (answer.status === 303) {
        ledger.push({ what: 'note', instance, text, reference: null });
        return;
      }
    }
  }

  async function approveBy(link: string, fullName: string): Promise<void> {
    const { pathname } = new URL(link);
    const page = await ask(pathname);
    if (page.status !== 200) return; // an earlier attempt was taken after all
    const text = `approval ${randomBytes(12).toString('hex')}`;
    const fields = filled(page, { note: text, confirmName: fullName });
    const send = (): Promise<Answer> => ask(`${pathname}/do/APPROVE`, '', fields);
    // Some people press a button twice.
    const answers = await Promise.all(Math.random() < 0.3 ? [send(), send()] : [send()]);
    const taken = answers.find(({ status }) => status === 303);
    if (!taken) return;
    ledger.push({ what: 'approval', instance: null, text, reference: null });
    const thanks = await ask(taken.location);
    const reference = /<strong>([0-9a-f]{12})<\/strong>/.exec(thanks.text)?.[1] ?? null;
    ledger.push({ what: 'approval', instance: null, text, reference });
  }

  return {
    ledger,
    async signIn(email) {
      await ask('/sign-in', '', new Map([['email', email]]));
      const mail = await mails.waitFor(
        ({ recipients, subject }) => recipients.includes(email) && /sign in/i.test(subject),
      );
      const link = mail.links.find((address) => address.includes('/l/')) ?? '';
      // In another browser than the one that asked, so the address is asked for.
      const { cookie } = await ask(new URL(link).pathname, '', new Map([['email', email]]));
      return cookie;
    },
    async manage(cookie, name) {
      for (let n = 0; going.managing; n += 1) {
        const text = `${name} ${n} ${randomUUID()}`;
        const path = `/partnerships/${partnership}/start/approval-round`;
        const fields = new Map([
          ['subject', text],
          ['_key', randomUUID()],
          ['_step', 'send'],
        ]);
        const { location, status, text: said } = await ask(path, cookie, fields);
        if (status !== 303) throw new Error(`a start was answered ${status}: ${said}`);
        const instance = location.split('/').at(-1) ?? '';
        ledger.push({ what: 'start', instance, text, reference: null });
        await note(cookie, instance);
        await note(cookie, instance);
        await delay(Math.random() * 300);
      }
    },
    async manageByProgram(token) {
      while (going.managing) {
        const subject = `program ${randomUUID()}`;
        const begun = await call(token, '/instances', {
          workflow: 'approval-round',
          partnership,
          form: { subject },
        });
        if (begun.status !== 201) throw new Error(`a start was answered ${JSON.stringify(begun)}`);
        const { instance } = begun;
        ledger.push({ what: 'start', instance, text: subject, reference: null, commit: begun });
        for (let n = 0; n < 3; n += 1) {
          const text = `note ${randomUUID()}`;
          const noted = await call(token, `/instances/${instance}/events`, {
            event: 'NOTE',
            fields: { text },
          });
          if (noted.status === 200) {
            ledger.push({ what: 'note', instance, text, reference: null, commit: noted });
          }
        }
        await delay(Math.random() * 300);
      }
    },
    async approve(name) {
      for (let next = 0; going.approving; ) {
        const mail = mails.mails()[next];
        if (mail === undefined) {
          await delay(20);
          continue;
        }
        next += 1;
        const link = mail.links.find((address) => address.includes('/l/'));
        if (link === undefined || !/approval/i.test(mail.text)) continue;
        await approveBy(link, name(mail.recipients[0] ?? ''));
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

/** The same request again and again until the server has said something to it. */
async function patiently<T extends { readonly status: number }>(
  send: () => Promise<T>,
): Promise<T> {
  for (;;) {
    const answer = await send().catch(() => null);
    if (answer !== null && answer.status < 500 && answer.status !== 429) return answer;
    await delay(20 + Math.random() * 60);
  }
}

/** A page's form as it would be posted, with these fields filled in. */
function filled(page: Answer, typed: Readonly<Record<string, string>>): Map<string, string> {
  const controls = [...postedControls(page.text)].map(([name, values]): [string, string] => [
    name,
    values[0] ?? '',
  ]);
  return new Map([...controls, ...Object.entries(typed)]);
}
