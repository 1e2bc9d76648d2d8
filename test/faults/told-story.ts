import type { Person } from '../../server/store/directory.ts';
import { postedControls } from '../support/posted-controls.ts';
import { linksTo } from '../support/read-outbox.ts';
import type { TestServer } from '../support/test-server.ts';

/** What a person was told when the server could not do what they asked. */
interface Refusal {
  readonly path: string;
  readonly status: number;
  readonly retryAfter: string | null;
  readonly text: string;
}

export interface Cast {
  readonly partnership: string;
  readonly manager: Person;
  readonly executives: readonly Person[];
}

export async function cast(server: TestServer): Promise<Cast> {
  const council = await server.organisation('Harbour');
  const refuge = await server.organisation('Refuge');
  const place = await server.partnership('Safe at home', [council, refuge]);
  const manager = await server.member(place, council, 'Mary Manager', ['manager']);
  return {
    partnership: place.id,
    manager,
    executives: [
      await server.member(place, council, 'Edith Executive', ['executive']),
      await server.member(place, refuge, 'Emil Executive', ['executive']),
    ],
  };
}

/**
 * One approval round from sign-in to its end, all over HTTP, by people who try again when they are
 * told that something could not be done. Answers everything that they were told.
 */
export async function tellStory(server: TestServer, { partnership, manager, executives }: Cast) {
  const refusals: Refusal[] = [];
  let cookie = '';

  async function once(path: string, body?: URLSearchParams | FormData): Promise<Response> {
    const answer = await fetch(`${server.url}${path}`, {
      redirect: 'manual',
      headers: { cookie, origin: server.url },
      ...(body === undefined ? {} : { method: 'POST', body }),
    });
    const [set] = answer.headers.getSetCookie();
    if (set !== undefined) cookie = set.split(';')[0] ?? '';
    return answer;
  }

  /** Sends it, and once more after each failure of the server's. */
  async function ask(path: string, body?: URLSearchParams | FormData): Promise<Response> {
    for (let tries = 0; ; tries += 1) {
      const answer = await once(path, body);
      if (answer.status < 500 || tries === 4) return answer;
      refusals.push({
        path,
        status: answer.status,
        retryAfter: answer.headers.get('retry-after'),
        text: await answer.text(),
      });
    }
  }

  async function work(): Promise<void> {
    for (let turn = 0; turn < 4; turn += 1) {
      await server.worker.drain().catch(() => undefined);
      server.clock.advanceTo(new Date(Date.parse(server.clock.now()) + 15_000).toISOString());
    }
  }

  /** It is answered before the mail has gone. */
  async function nextLink(before: number): Promise<string | undefined> {
    for (let tries = 0; tries < 40; tries += 1) {
      const links = await linksTo(server.outbox, manager.email);
      if (links.length > before) return links.at(-1);
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    return undefined;
  }

  async function signIn(): Promise<void> {
    for (let tries = 0; tries < 4; tries += 1) {
      const before = (await linksTo(server.outbox, manager.email)).length;
      await ask('/sign-in', new URLSearchParams({ email: manager.email }));
      const link = await nextLink(before);
      // The link could not be kept, so none was sent.
      if (link === undefined) continue;
      const answer = await ask(new URL(link).pathname, new URLSearchParams());
      // A link that was spent in vain is no way in: then they ask for another.
      if (answer.status === 303 && (await ask('/work')).status === 200) return;
    }
    throw new Error('could not sign in');
  }

  await signIn();
  await ask('/health/ready');
  const begun = await ask(
    `/partnerships/${partnership}/start/approval-round`,
    new URLSearchParams({ subject: 'A van', _key: 'key-of-the-start-page', _step: 'send' }),
  );
  const instance = begun.headers.get('location')?.split('/').at(-1) ?? '';
  const path = `/instances/${instance}/do/NOTE`;
  const form = new FormData();
  const page = await (await ask(path)).text();
  for (const [name, [value = '']] of postedControls(page)) form.set(name, value);
  form.set('text', 'The quote is attached.');
  form.set('paper', new Blob(['%PDF-1.4\n% a quote\n'], { type: 'application/pdf' }), 'quote.pdf');
  await ask(path, form);
  await work();
  for (const { email, name } of executives) {
    const link = new URL((await linksTo(server.outbox, email)).at(-1) ?? '').pathname;
    const controls = postedControls(await (await ask(link)).text());
    const fields = new URLSearchParams();
    for (const [field, [value = '']] of controls) fields.set(field, value);
    fields.set('confirmName', name);
    await ask(`${link}/do/APPROVE`, fields);
    await work();
  }
  return { instance, refusals };
}
