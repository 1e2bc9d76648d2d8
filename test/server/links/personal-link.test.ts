import { afterEach, describe, expect, it } from 'vitest';
import { ConcordatError } from '../../../engine/errors.ts';
import { createRowAccess } from '../../../server/access/row-access.ts';
import { visibleInstance } from '../../../server/access/visible-instance.ts';
import { sha256 } from '../../../server/sha256.ts';
import { linkByToken } from '../../../server/use-cases/open-link.ts';
import { sendEvent } from '../../../server/use-cases/send-event.ts';
import { letterToSign, type LetterStory } from '../../support/letter-story.ts';
import { linksTo, readOutbox } from '../../support/read-outbox.ts';
import { as } from '../../support/sample-world.ts';

let story: LetterStory | undefined;

async function begin(form: Parameters<typeof letterToSign>[0] = {}): Promise<LetterStory> {
  story = await letterToSign(form);
  return story;
}

afterEach(async () => {
  await story?.server.stop();
  story = undefined;
});

const signatures = async (letter: LetterStory): Promise<number> =>
  ((await letter.data())['signatures'] as unknown[]).length;

describe('an approval link', () => {
  it('shows who is asked, what for and the text, and decides nothing when it is opened', async () => {
    const letter = await begin();
    const [ann] = letter.executives;
    const link = await letter.linkOf(ann);
    const browser = letter.server.browser();
    for (let times = 0; times < 3; times += 1) {
      const page = await browser.get(link);
      expect(page.status).toBe(200);
      expect(page.text).toContain('Ann Executive');
      expect(page.text).toContain('Łódź Council');
      expect(page.text).toContain('We work together.');
    }
    const head = await fetch(`${letter.server.url}${link}`, { method: 'HEAD' });
    expect(head.status).toBe(200);
    expect(await signatures(letter)).toBe(0);
  });

  it('says who has not answered yet', async () => {
    const letter = await begin();
    const [ann, bob] = letter.executives;
    const sign = { confirmName: ann.name, _key: 'a' };
    await letter.server.browser().post(`${await letter.linkOf(ann)}/do/SIGN`, sign);
    const page = await letter.server.browser().get(await letter.linkOf(bob));
    expect(page.text).toContain('Not every organisation has signed: Ŵyn Trust.');
  });

  it('works once: the signature is recorded once, whoever presses again', async () => {
    const letter = await begin();
    const [ann] = letter.executives;
    const link = await letter.linkOf(ann);
    const browser = letter.server.browser();
    const sign = { confirmName: 'ann  executive', _key: 'a' };
    const first = await browser.post(`${link}/do/SIGN`, sign);
    expect(first.status).toBe(303);
    expect((await browser.get(first.location ?? '')).text).toContain('Recorded');
    await browser.post(`${link}/do/SIGN`, { ...sign, _key: 'b' });
    expect(await signatures(letter)).toBe(1);
    const again = await letter.server.browser().get(link);
    expect(again.status).toBe(410);
    expect(again.text).toContain('This link has been used');
  });

  it('records one signature when the form is sent ten times at once', async () => {
    const letter = await begin();
    const link = await letter.linkOf(letter.executives[0]);
    const send = (n: number) =>
      letter.server
        .browser()
        .post(`${link}/do/SIGN`, { confirmName: 'Ann Executive', _key: `k${n}` });
    const answers = await Promise.all(Array.from({ length: 10 }, (_, n) => send(n)));
    expect(answers.every(({ status }) => status < 500)).toBe(true);
    expect(await signatures(letter)).toBe(1);
  });

  it('asks for the full name: a program that presses every button decides nothing', async () => {
    const letter = await begin();
    const link = await letter.linkOf(letter.executives[0]);
    const browser = letter.server.browser();
    const page = await browser.get(link);
    const actions = [...page.text.matchAll(/<form method="post" action="([^"]+)"/gu)].map(
      ([, action = '']) => action,
    );
    expect(actions.length).toBeGreaterThan(0);
    for (const action of actions) await browser.post(action);
    for (const event of ['SIGN', 'DECLINE', 'ASK_QUESTION']) {
      expect((await browser.post(`${link}/do/${event}`)).status).toBe(422);
    }
    const wrong = await browser.post(`${link}/do/SIGN`, {
      confirmName: 'Somebody Else',
      _key: 'a',
    });
    expect(wrong.status).toBe(422);
    expect(wrong.text).toContain('Somebody Else');
    expect(await signatures(letter)).toBe(0);
    expect(await letter.state()).toBe('signing');
  });

  it('is for one text: a changed text ends it, shows what changed, and offers a new link', async () => {
    const letter = await begin();
    const [ann] = letter.executives;
    const old = await letter.linkOf(ann);
    await letter.send('CHANGE', { purpose: 'We work together at night, too.' });
    const browser = letter.server.browser();
    const closed = await browser.get(old);
    expect(closed.status).toBe(410);
    expect(closed.text).toContain('The text has changed');
    const refused = await browser.post(`${old}/do/SIGN`, {
      confirmName: 'Ann Executive',
      _key: 'a',
    });
    expect(refused.status).toBe(410);
    expect(await signatures(letter)).toBe(0);
    const page = await browser.get(await letter.linkOf(ann));
    expect(page.text).toContain('What changed since the last text');
    expect(page.text).toMatch(/<ins[^>]*>.*night/u);
  });

  it('that was made before there was a text decides on the text that was shown, and no later one', async () => {
    const letter = await begin();
    const [ann] = letter.executives;
    const link = await letter.linkOf(ann);
    const { links } = letter.server.services.store;
    const record = await links.findByTokenHash(sha256(link.split('/').at(-1) ?? ''));
    if (record) await links.put({ ...record, manifest: null });
    const browser = letter.server.browser();
    const shown = await browser.get(link);
    const [, _manifest = ''] = /name="_manifest" value="([^"]+)"/u.exec(shown.text) ?? [];
    await letter.send('CHANGE', { purpose: 'We pay for everything.' });
    const sign = { confirmName: ann.name, _key: 'a', _manifest };
    const answer = await browser.post(`${link}/do/SIGN`, sign);
    expect(answer.status).toBe(409);
    expect(answer.text).toContain('The document has changed since you opened it');
    expect(await signatures(letter)).toBe(0);
  });

  it('expires, explains itself, and a new one goes to the known address only', async () => {
    const letter = await begin();
    const [ann] = letter.executives;
    const old = await letter.linkOf(ann);
    letter.server.clock.advanceTo('2026-04-01T09:00:00.000Z');
    const browser = letter.server.browser();
    expect((await browser.get(old)).text).toContain('This link has expired');
    const sign = { confirmName: ann.name, _key: 'a' };
    const late = await browser.post(`${old}/do/SIGN`, sign);
    expect(late.status).toBe(410);
    expect(late.text).toContain('This link has expired');
    expect(await signatures(letter)).toBe(0);
    const renewed = await browser.post(`${old}/new`);
    expect(renewed.text).toContain('A new link is on its way');
    expect(renewed.text).not.toContain('/l/');
    const fresh = await letter.linkOf(ann);
    expect(fresh).not.toBe(old);
    expect((await browser.get(old)).text).toContain('A newer link has been sent');
    expect((await browser.get(fresh)).status).toBe(200);
  });

  it('is not ended by a scanner that follows every link and sends every form, nor does that cause mails', async () => {
    const letter = await begin({ askCode: true });
    const link = await letter.linkOf(letter.executives[0]);
    const browser = letter.server.browser();
    const mailsBefore = (await readOutbox(letter.server.outbox)).length;
    const forms = /<form method="post" action="([^"]+)"/gu;
    const seen = new Set<string>();
    const toScan = [link];
    for (let path = toScan.pop(); path !== undefined; path = toScan.pop()) {
      if (seen.has(path)) continue;
      seen.add(path);
      const { text } = await browser.get(path);
      for (const [, action = ''] of text.matchAll(forms)) {
        await browser.post(action);
        await browser.post(action, { _step: 'send', confirmName: 'x', email: 'x@example.org' });
      }
      const found = [...text.matchAll(/href="(\/l\/[^"#]+)"/gu)].map(([, href = '']) => href);
      toScan.push(...found);
    }
    expect([...seen].some((path) => path.endsWith('/new'))).toBe(true);
    expect((await browser.get(link)).status).toBe(200);
    const mails = (await readOutbox(letter.server.outbox)).slice(mailsBefore);
    expect(mails.map(({ subject }) => subject).filter((one) => one?.includes('new link'))).toEqual(
      [],
    );
    expect(mails.length).toBeLessThanOrEqual(5);
  });

  it('that still works is replaced for somebody who types their name, and then works no more', async () => {
    const letter = await begin();
    const [ann] = letter.executives;
    const old = await letter.linkOf(ann);
    const browser = letter.server.browser();
    const wrong = await browser.post(`${old}/new`, { confirmName: 'Somebody Else' });
    expect(wrong.status).toBe(422);
    expect(wrong.text).toContain('Type your full name as it is known here');
    expect((await browser.get(old)).status).toBe(200);
    expect((await browser.post(`${old}/new`, { confirmName: ann.name })).status).toBe(303);
    expect((await browser.get(old)).text).toContain('A newer link has been sent');
    const fresh = await letter.linkOf(ann);
    expect(fresh).not.toBe(old);
    expect((await browser.get(fresh)).status).toBe(200);
  });

  it('that has expired is renewed for the button alone, and pressing on sends no more than a few mails', async () => {
    const letter = await begin();
    const [ann] = letter.executives;
    const old = await letter.linkOf(ann);
    letter.server.clock.advanceTo('2026-04-01T09:00:00.000Z');
    const browser = letter.server.browser();
    const before = (await linksTo(letter.server.outbox, ann.email)).length;
    for (let times = 0; times < 5; times += 1) await browser.post(`${old}/new`);
    const sent = (await linksTo(letter.server.outbox, ann.email)).slice(before);
    expect(sent).toHaveLength(3);
    // One link under three tokens: used with any of them, it is used.
    const [first = '', second = ''] = sent.map((address) => new URL(address).pathname);
    const sign = { confirmName: ann.name, _key: 'a' };
    expect((await browser.post(`${second}/do/SIGN`, sign)).status).toBe(303);
    expect((await browser.get(first)).text).toContain('This link has been used');
    expect(await signatures(letter)).toBe(1);
  });

  it('stays as it is when the mail with a new one cannot be sent', async () => {
    const letter = await begin();
    const [ann] = letter.executives;
    const old = await letter.linkOf(ann);
    const { services } = letter.server;
    const browser = letter.server.browser();
    const sender = services.mail as { send: typeof services.mail.send };
    const { send } = sender;
    sender.send = () => Promise.reject(new ConcordatError('mail-unavailable', 'no mail server'));
    const answer = await browser.post(`${old}/new`, { confirmName: ann.name });
    expect(answer.status).toBe(503);
    sender.send = send;
    expect((await browser.get(old)).status).toBe(200);
    const links = await services.store.links.listByInstance(letter.instance);
    expect(links.filter(({ person, state }) => person === ann.id && state === 'open')).toHaveLength(
      1,
    );
  });

  it('no longer works once the person has left the partnership', async () => {
    const letter = await begin();
    const [ann] = letter.executives;
    const link = await letter.linkOf(ann);
    const [membership] = await letter.server.services.store.directory.membershipsOf(ann.id);
    await letter.server.services.store.directory.removeMembership(
      membership?.partnership ?? '',
      ann.id,
    );
    expect((await letter.server.browser().get(link)).text).toContain('has been taken back');
  });

  it('no longer works once the person acts for another organisation', async () => {
    const letter = await begin();
    const [ann, bob] = letter.executives;
    const link = await letter.linkOf(ann);
    const { directory } = letter.server.services.store;
    const [own] = await directory.membershipsOf(ann.id);
    if (own) await directory.putMembership({ ...own, organisation: bob.organisation });
    const browser = letter.server.browser();
    expect((await browser.get(link)).text).toContain('has been taken back');
    const sign = { confirmName: ann.name, _key: 'a' };
    expect((await browser.post(`${link}/do/SIGN`, sign)).status).toBe(410);
    expect(await signatures(letter)).toBe(0);
  });

  it('says that nothing is waited for when the matter was stopped', async () => {
    const letter = await begin();
    const link = await letter.linkOf(letter.executives[0]);
    await letter.send('STOP', {});
    const page = await letter.server.browser().get(link);
    expect(page.status).toBe(410);
    expect(page.text).toContain('Nothing is needed from you any more');
  });

  it('is taken back by the coordinator with a reason, and the history says so', async () => {
    const letter = await begin();
    const { server, instance } = letter;
    const link = await letter.linkOf(letter.executives[0]);
    const coordinator = await server.signIn(server.administrator);
    const list = await coordinator.get(`/instances/${instance}/links`);
    expect(list.text).toContain('Ann Executive, Łódź Council');
    expect(list.text).not.toContain(link);
    const [, path = ''] =
      /href="([^"]+\/withdraw)"[^>]*>Take it back<[^>]+> from Ann/u.exec(list.text) ?? [];
    expect((await coordinator.post(path, { _step: 'send' })).status).toBe(422);
    const reason = 'Sent to the wrong person';
    expect((await coordinator.post(path, { _step: 'send', reason })).status).toBe(303);
    expect((await server.browser().get(link)).text).toContain('This link has been taken back');
    const sign = { confirmName: 'Ann Executive', _key: 'a' };
    expect((await server.browser().post(`${link}/do/SIGN`, sign)).status).toBe(410);
    expect(await signatures(letter)).toBe(0);
    const history = await coordinator.get(`/instances/${instance}/history`);
    expect(history.text).toContain(reason);
    const manager = await server.signIn(letter.manager);
    expect((await manager.get(`/instances/${instance}/links`)).status).toBe(403);
  });

  it('shows nothing of the record any more once it was taken back', async () => {
    const letter = await begin();
    const [ann] = letter.executives;
    const link = await letter.linkOf(ann);
    const browser = letter.server.browser();
    const page = await browser.get(link);
    const [pdf = ''] = /\/l\/[\w-]+\/documents\/\w+/u.exec(page.text) ?? [];
    expect((await browser.get(pdf)).status).toBe(200);
    const { directory } = letter.server.services.store;
    const [membership] = await directory.membershipsOf(ann.id);
    await directory.removeMembership(membership?.partnership ?? '', ann.id);
    await letter.send('CHANGE', { purpose: 'What Ann may not read.' });
    const head = JSON.parse(
      (await letter.server.services.store.commits.head(letter.instance))?.text ?? '{}',
    ) as { snapshot: { documents: Record<string, { pdf: string }> } };
    const newest = `${link}/documents/${head.snapshot.documents['letter']?.pdf}`;
    for (const path of [pdf, newest, `${link}/done/SIGN`, link]) {
      const answer = await browser.get(path);
      expect(answer.status).toBe(410);
      expect(answer.text).not.toContain('Where it stands');
    }
  });

  it('opens its own document and no other of the record, nor one of another record', async () => {
    const letter = await begin();
    const link = await letter.linkOf(letter.executives[0]);
    const { documents } = letter.server.services.store;
    const [own] = await documents.listByInstance(letter.instance);
    const about = {
      createdAt: own?.createdAt ?? '',
      partnership: own?.partnership ?? null,
      mediaType: 'application/pdf',
    };
    const put = async (instance: string) => {
      const bytes = Buffer.from(`%PDF-1.7 of ${instance}\n`);
      return documents.put(bytes, { ...about, instance, name: 'not-theirs.pdf' });
    };
    const browser = letter.server.browser();
    for (const other of [await put(letter.instance), await put('another-record')]) {
      const answer = await browser.get(`${link}/documents/${other.hash}`);
      expect(answer.status).toBe(404);
      expect(answer.text).not.toContain('%PDF');
    }
  });

  it('finds no other record, also one that its person reads once they sign in', async () => {
    const letter = await begin();
    const { services } = letter.server;
    const [ann] = letter.executives;
    const token = (await letter.linkOf(ann)).split('/').at(-1) ?? '';
    const asker = { kind: 'link', person: ann, link: await linkByToken(services, token) } as const;
    const own = await services.store.instances.get(letter.instance);
    const { instance } = (await services.store.directory.partnership(own?.partnership ?? '')) ?? {};
    const other = await services.store.instances.get(instance ?? '');
    const rows = [own, other].flatMap((row) => row ?? []);
    expect(rows).toHaveLength(2);
    expect(await createRowAccess(services, as(ann)).visible(rows)).toEqual(rows);
    expect(await createRowAccess(services, asker).visible(rows)).toEqual([own]);
    expect(await visibleInstance(services, as(ann), other?.id ?? '')).toBeDefined();
    expect(await visibleInstance(services, asker, letter.instance)).toBeDefined();
    await expect(visibleInstance(services, asker, other?.id ?? '')).rejects.toMatchObject({
      code: 'not-found',
    });
    // nor is it taken for more than it was sent for, whichever way it comes
    const stop = { instance: letter.instance, event: 'STOP', fields: {} };
    await expect(sendEvent(services, asker, stop)).rejects.toMatchObject({ code: 'not-allowed' });
  });

  it('leaves a question and a refusal open to the same person, and nothing else', async () => {
    const letter = await begin();
    const link = await letter.linkOf(letter.executives[0]);
    const browser = letter.server.browser();
    const ask = { question: 'Who pays?', confirmName: 'Ann Executive', _key: 'q1' };
    expect((await browser.post(`${link}/do/ASK_QUESTION`, ask)).status).toBe(303);
    expect((await browser.get(link)).status).toBe(200);
    expect((await browser.post(`${link}/do/STOP`, { confirmName: 'Ann Executive' })).status).toBe(
      403,
    );
    expect((await browser.get(`/instances/${letter.instance}`)).status).not.toBe(200);
    const decline = { reason: 'Not like this.', confirmName: 'Ann Executive', _key: 'd1' };
    expect((await browser.post(`${link}/do/DECLINE`, decline)).status).toBe(303);
    expect(await letter.state()).toBe('declined');
  });

  it('asks for the code from the e-mail where the text asks for one', async () => {
    const letter = await begin({ askCode: true });
    const [ann] = letter.executives;
    const link = await letter.linkOf(ann);
    const browser = letter.server.browser();
    const sign = { confirmName: 'Ann Executive', _key: 'a' };
    expect((await browser.post(`${link}/do/SIGN`, sign)).status).toBe(422);
    await browser.post(`${link}/code`);
    const wrong = await browser.post(`${link}/do/SIGN`, { ...sign, linkCode: 'x' });
    expect(wrong.text).toContain('not the code from the e-mail');
    const mails = await readOutbox(letter.server.outbox);
    const code = mails.map(({ text }) => /\b\d{6}\b/u.exec(text ?? '')?.[0]).find(Boolean);
    const right = await browser.post(`${link}/do/SIGN`, { ...sign, linkCode: code ?? '' });
    expect(right.status).toBe(303);
    expect(await signatures(letter)).toBe(1);
  });

  it('takes a code for fifteen minutes and from its own mail alone, and one in its place asks for a code too', async () => {
    const letter = await begin({ askCode: true });
    const { clock, outbox } = letter.server;
    const [ann, bob] = letter.executives;
    const link = await letter.linkOf(ann);
    const browser = letter.server.browser();
    const codeFor = async (at: string): Promise<string> => {
      await browser.post(`${at}/code`);
      const mails = await readOutbox(outbox);
      return mails.map(({ text }) => /\b\d{6}\b/u.exec(text ?? '')?.[0]).findLast(Boolean) ?? '';
    };
    const sign = (at: string, { name }: { readonly name: string }, linkCode: string) =>
      browser.post(`${at}/do/SIGN`, { confirmName: name, _key: 'a', linkCode });
    const ofAnn = await codeFor(link);
    const ofBob = await codeFor(await letter.linkOf(bob));
    if (ofAnn !== ofBob) expect((await sign(link, ann, ofBob)).status).toBe(422);
    clock.advanceTo(new Date(Date.parse(clock.now()) + 16 * 60_000).toISOString());
    const late = await sign(link, ann, ofAnn);
    expect(late.status).toBe(422);
    expect(late.text).toContain('a code works for 15 minutes');

    clock.advanceTo('2026-04-01T09:00:00.000Z');
    await browser.post(`${link}/new`);
    const fresh = await letter.linkOf(ann);
    expect(fresh).not.toBe(link);
    for (const code of ['', ofAnn]) expect((await sign(fresh, ann, code)).status).toBe(422);
    expect(await signatures(letter)).toBe(0);
    expect((await sign(fresh, ann, await codeFor(fresh))).status).toBe(303);
    expect(await signatures(letter)).toBe(1);
  });

  it('takes few guesses of its code, also when they come all at once and new codes are asked for', async () => {
    const letter = await begin({ askCode: true });
    const [ann] = letter.executives;
    const link = await letter.linkOf(ann);
    const browser = letter.server.browser();
    let code = '';
    for (let round = 0; round < 3; round += 1) {
      await browser.post(`${link}/code`);
      const mails = await readOutbox(letter.server.outbox);
      code = mails.map(({ text }) => /\b\d{6}\b/u.exec(text ?? '')?.[0]).findLast(Boolean) ?? '';
      const guess = (n: number) =>
        letter.server.browser().post(`${link}/do/SIGN`, {
          confirmName: ann.name,
          _key: `g${n}`,
          linkCode: String((Number(code) + 1 + n) % 1_000_000).padStart(6, '0'),
        });
      await Promise.all(Array.from({ length: 8 }, (_, n) => guess(n)));
    }
    // By now not even the right one is taken: what was guessed might have been it.
    const sign = { confirmName: ann.name, _key: 'a', linkCode: code };
    const right = await browser.post(`${link}/do/SIGN`, sign);
    expect(right.status).toBe(429);
    expect(right.text).toContain('have a new link sent');
    expect(await signatures(letter)).toBe(0);
  });

  it('carries the configured address whatever the Host header says, and tells no other site where one came from', async () => {
    const letter = await begin();
    const [ann] = letter.executives;
    const old = await letter.linkOf(ann);
    const answer = await fetch(`${letter.server.url}${old}/new`, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ confirmName: ann.name }),
      headers: {
        origin: letter.server.url,
        'x-forwarded-host': 'evil.example',
        forwarded: 'host=evil.example',
      },
    });
    expect(answer.status).toBe(303);
    expect(answer.headers.get('referrer-policy')).toBe('same-origin');
    const mails = await readOutbox(letter.server.outbox);
    expect(mails.every(({ text }) => !(text ?? '').includes('evil.example'))).toBe(true);
  });

  it('is never kept: stored mails hold a placeholder and the store only hashes', async () => {
    const letter = await begin();
    const token = (await letter.linkOf(letter.executives[0])).split('/').at(-1) ?? '';
    const { mails } = await letter.server.services.store.mails.list({ limit: 50 });
    expect(JSON.stringify(mails)).not.toContain(token);
    expect(JSON.stringify(mails)).toContain('[personal link, not kept]');
    const links = await letter.server.services.store.links.listByInstance(letter.instance);
    expect(JSON.stringify(links)).not.toContain(token);
  });

  it('of every party together brings the letter to its end', async () => {
    const letter = await begin();
    for (const person of letter.executives) {
      const link = await letter.linkOf(person);
      const sign = { confirmName: person.name, _key: person.id };
      await letter.server.browser().post(`${link}/do/SIGN`, sign);
    }
    expect(await letter.state()).toBe('signed');
  });
});

describe('many tries in a short time', () => {
  it('stop an address that guesses, and nobody who has a link of their own', async () => {
    const letter = await begin();
    const link = await letter.linkOf(letter.executives[0]);
    const browser = letter.server.browser();
    const opened = await Promise.all(Array.from({ length: 100 }, () => browser.get(link)));
    expect(new Set(opened.map(({ status }) => status))).toEqual(new Set([200]));

    const guesses: number[] = [];
    for (let n = 0; n < 32; n += 1) guesses.push((await browser.get(`/l/guess-${n}`)).status);
    expect(guesses.slice(0, 30)).toEqual(Array.from({ length: 30 }, () => 404));
    expect(guesses.at(-1)).toBe(429);
    expect((await browser.get('/l/another-guess')).text).toContain('Wait 15 minutes');
  });

  it('at one link are counted for that link alone', async () => {
    const letter = await begin();
    const [ann, ben] = letter.executives;
    const links = [await letter.linkOf(ann), await letter.linkOf(ben)] as const;
    const browser = letter.server.browser();
    const statuses: number[] = [];
    for (let n = 0; n < 302; n += 1) statuses.push((await browser.get(links[0])).status);
    expect(statuses.slice(0, 300).every((status) => status === 200)).toBe(true);
    expect(statuses.at(-1)).toBe(429);
    expect((await browser.get(links[1])).status).toBe(200);
  });
});
