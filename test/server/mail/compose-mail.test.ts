import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { composeMail, type ComposedMail } from '../../../server/mail/compose-mail.ts';
import type { MailData } from '../../../server/mail/mail-data.ts';
import {
  loadMailTemplates,
  type MailTemplates,
} from '../../../server/mail/mail-template-library.ts';

const templates = await loadMailTemplates('templates/emails');
const link = 'https://partners.example.org/l/Vf3kQ0x9-w2mQm7tqYcHn1d8sZ4oLr6eBpTgUaJiXyE';
const to = { name: 'Priya Raman', address: 'priya@council.example' };

function sampleOf(template: string): MailData {
  return templates.get(template).file.sample;
}

function compose(template: string, data = sampleOf(template), withLink = true): ComposedMail {
  return composeMail(templates, { template, to, data, ...(withLink ? { link } : {}) });
}

function anchors(html: string): string[] {
  return [...html.matchAll(/<a href="([^"]*)"/g)].map(([, href = '']) => href);
}

/** Words that stand where a value was missing, and marks that should have become something. */
const UNFILLED = /\{\{|\}\}|undefined|null|NaN|\[object|::: |  |\*\*| [.,;:?](?!\w)|\(\)|&#|\u2028/;

const EXPECTED = [
  'sign-in set-up-test invitation sign-request sign-reminder sign-replaced signature-received',
  'executed-copy decline-notice question-asked delegated link-renewed one-time-code take-part',
  'deadline-near deadline-passed deadline-moved correction stage-started stage-gate-open',
  'task-assigned readiness-request readiness-shared draft-published comment-added checklist-assure',
  'checklist-declare checklist-exception operating-unsigned review-opens review-position-needed',
  'review-outcome review-escalated notice-drafted dispute-notice dispute-level-started',
  'dispute-escalated dispute-extended dispute-facilitated dispute-resolved dispute-withdrawn',
  'dispute-urgent issue-raised issue-joined issue-referred issue-acknowledged issue-answer-due',
  'issue-decided calendar-entry parked-task',
]
  .join(' ')
  .split(' ');

describe('the mail templates', () => {
  it('are all there', () => {
    expect(templates.names()).toEqual(expect.arrayContaining(EXPECTED));
    templates.check();
    expect(() => templates.get('nothing-such')).toThrow(
      expect.objectContaining({ code: 'template-unknown' }),
    );
  });

  describe.each(templates.names())('%s', (name) => {
    it('renders its sample in text and HTML with at most one action, and nothing unfilled', () => {
      const { subject, text, html } = compose(name);
      expect(subject).not.toBe('');
      expect(subject.length).toBeLessThan(160);
      expect(`${subject}\n${text.replace(/^ +/gm, '')}`).not.toMatch(UNFILLED);
      expect(html).toContain('<html lang="en-GB">');
      expect(html.replace(/style="[^"]*"/g, '')).not.toMatch(/\{\{|undefined|\[object|:::|\*\*/);
      expect(html).not.toMatch(/<(table|img|script|link|iframe|form)\b|url\(|@import/i);
      const links = anchors(html);
      expect(links.length).toBeLessThanOrEqual(1);
      expect(text.split('\n').filter((line) => line === link)).toHaveLength(links.length);
      expect(links).toEqual(links.map(() => link));
    });

    it('tells from its subject alone which record and which partnership it is about', () => {
      const { instance, partnership } = templates.get(name).file.sample;
      const { subject } = compose(name);
      const own = /^[^:]{1,40}: (.+)$/u.exec(instance?.title ?? '')?.[1] ?? instance?.title ?? '';
      expect(subject.toLowerCase()).toContain(own.toLowerCase());
      expect(subject.toLowerCase()).toContain(partnership?.title.toLowerCase() ?? '');
    });

    it('says who it is for, why it comes, from where, and that a personal link is personal', () => {
      const { text } = compose(name);
      expect(text).toMatch(/^Dear Priya Raman,\n\n/);
      expect(text).toMatch(
        /\n--\nYou get this mail because .*\. It comes from North Coast Partnerships, https:\/\/partners\.example\.org\n/,
      );
      expect(text.includes('please do not forward')).toBe(text.includes(link));
      const plain = compose(name, sampleOf(name), sampleOf(name).url === undefined);
      if (sampleOf(name).url !== undefined) {
        expect(plain.text).not.toContain('please do not forward');
      }
    });

    it('keeps nothing of the personal link', () => {
      const sent = compose(name);
      const kept = JSON.stringify(sent.stored);
      expect(kept).not.toContain(link);
      expect(kept).not.toContain('Vf3kQ0x9');
      const asSent = sent.text.includes(link);
      expect(sent.stored.text.includes('[personal link, not kept]')).toBe(asSent);
      expect(sent.stored.html.includes('[personal link, not kept]')).toBe(asSent);
      expect(anchors(sent.stored.html)).toEqual([]);
    });

    it('also reads well when it is given nothing but what it cannot do without', () => {
      const { required = [] } = templates.get(name).file.dataSchema as { required?: string[] };
      const { installation, recipient, partnership, url, with: own } = sampleOf(name);
      const needed = Object.fromEntries(required.map((key) => [key, own[key] ?? null]));
      const least: MailData = {
        installation,
        recipient: { ...recipient, organisation: null },
        with: needed,
        ...(url === undefined ? {} : { url }),
        // A mail that only a partnership sends always has one.
        ...(EXPECTED.includes(name) || partnership === undefined ? {} : { partnership }),
      };
      const { subject, text } = compose(name, least);
      expect(`${subject}\n${text.replace(/^ +/gm, '')}`).not.toMatch(UNFILLED);
      expect(text).not.toMatch(/\n\n\n|:\n\n--/);
    });
  });
});

describe('a composed mail', () => {
  const nasty = fc
    .array(
      fc.oneof(
        fc.constantFrom(
          '{{installation.url}}',
          '{{{with.reason}}}',
          '::: action',
          '\n::: action\n',
          '[click](https://evil.example)',
          '![x](https://evil.example/x.png)',
          '<img src=x onerror=y>',
          '<https://evil.example>',
          '\n\n# Heading\n\n',
          '\n- item',
          '**bold**',
          '\n> quote',
          '</p><a href="https://evil.example">',
          '&lt;b&gt;',
          '\r\n',
        ),
        fc.string({ unit: 'grapheme' }),
      ),
    )
    .map((parts) => parts.join(''));

  it('never lets what was typed become code, HTML, Markdown, a link or an image', () => {
    const shape = (html: string) =>
      [...html.matchAll(/<\/?([a-z0-9]+)/g)].map(([tag]) => tag).filter((tag) => tag !== '<br');
    const clean = shape(compose('decline-notice').html);
    fc.assert(
      fc.property(nasty, nasty, nasty, (reason, name, document) => {
        const sample = sampleOf('decline-notice');
        const mail = compose('decline-notice', {
          ...sample,
          recipient: { name: `A${name}`, organisation: `B${name}` },
          actor: { name: `C${name}`, organisation: `D${name}` },
          with: {
            ...sample.with,
            reason: `E${reason}`,
            document: `F${document}`,
            organisation: 'G',
          },
        });
        expect(shape(mail.html)).toEqual(clean);
        expect(anchors(mail.html)).toEqual([link]);
        expect(mail.html).not.toMatch(/<[^>]* (on\w+|src)=/i);
        expect(mail.subject).not.toMatch(/[\r\n]/);
      }),
      { numRuns: 300 },
    );
  });

  it('shows what was typed as it was typed', () => {
    const sample = sampleOf('decline-notice');
    const reason = '{{x}} <b> *not* [a](b) & "c" #1\n\n- 50% of 2 < 3';
    const { text, html } = compose('decline-notice', {
      ...sample,
      with: { ...sample.with, reason },
    });
    expect(text).toContain('    {{x}} <b> *not* [a](b) & "c" #1\n    \n    - 50% of 2 < 3');
    expect(html).toContain(
      '{{x}} &lt;b&gt; *not* [a](b) &amp; &quot;c&quot; #1<br><br>- 50% of 2 &lt; 3',
    );
  });

  it('keeps the link of its page when there is no personal one', () => {
    const mail = compose('decline-notice', sampleOf('decline-notice'), false);
    expect(mail.stored).toEqual({ subject: mail.subject, text: mail.text, html: mail.html });
    expect(anchors(mail.html)).toEqual([sampleOf('decline-notice').url]);
  });

  it('keeps neither the link, wherever it stands, nor a one-time code', () => {
    const sample = sampleOf('comment-added');
    const data = { ...sample, with: { ...sample.with, comment: `see ${link} please` } };
    expect(JSON.stringify(compose('comment-added', data).stored)).not.toContain('Vf3kQ0x9');
    const code = compose('one-time-code');
    expect(code.text).toContain('482 915');
    expect(JSON.stringify(code.stored)).not.toContain('482 915');
  });

  it('is refused when it has an action and leads nowhere, or to what is no page', () => {
    const { url: _url, ...data } = sampleOf('sign-request');
    expect(() => compose('sign-request', data, false)).toThrow(
      expect.objectContaining({ code: 'rendering-failed' }),
    );
    expect(() => compose('sign-request', { ...data, url: 'javascript:alert(1)' }, false)).toThrow(
      expect.objectContaining({ code: 'rendering-failed' }),
    );
  });

  it('is refused when what it must say is missing', () => {
    expect(() => compose('one-time-code', { ...sampleOf('one-time-code'), with: {} })).toThrow(
      expect.objectContaining({ code: 'invalid-input' }),
    );
  });

  it('begins with a greeting also when nobody’s name is known', () => {
    const data = { ...sampleOf('sign-in'), recipient: { name: '', organisation: null } };
    const mail = composeMail(templates, {
      template: 'sign-in',
      to: { name: '', address: to.address },
      data,
      link,
    });
    expect(mail.text).toMatch(/^Hello,\n/);
  });
});

describe('loading the mail templates', () => {
  it('takes no time that a starting server would notice', async () => {
    const before = performance.now();
    await loadMailTemplates('templates/emails');
    expect(performance.now() - before).toBeLessThan(500);
  });
});

describe('a mail template that is wrong', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'concordat-mails-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const json = JSON.stringify({ ...templates.get('sign-in').file, dataSchema: { type: 'object' } });
  const load = async (text: string, file = json): Promise<MailTemplates> => {
    await writeFile(join(folder, 'one.md.hbs'), text);
    await writeFile(join(folder, 'one.json'), file);
    return loadMailTemplates(folder);
  };

  it.each([
    ['no subject', 'Hello\n\nText\n', json],
    ['raw insertion', 'Subject: A\n\n{{{with.x}}}\n', json],
    ['raw insertion with &', 'Subject: A\n\n{{&with.x}}\n', json],
    ['a partial', 'Subject: A\n\n{{> other}}\n', json],
    ['an unknown helper', 'Subject: A\n\n{{shout with.x}}\n', json],
    ['broken code', 'Subject: A\n\n{{#if x}}\n', json],
    ['broken JSON', 'Subject: A\n\nText\n', '{'],
    [
      'a sample that does not fit',
      'Subject: A\n\nText\n',
      JSON.stringify({
        ...(JSON.parse(json) as object),
        dataSchema: { type: 'object', required: ['x'] },
      }),
    ],
  ])('is refused when templates are checked: %s', async (_what, text, file) => {
    const loadAndCheck = async (): Promise<void> => (await load(text, file)).check();
    await expect(loadAndCheck()).rejects.toMatchObject({ code: 'template-refused' });
  });

  it('has no second action', async () => {
    const one = await load('Subject: A\n\n{{action "A" url}}\n\n{{action "B" url}}\n');
    expect(() =>
      composeMail(one, { template: 'one', to, data: sampleOf('sign-in'), link }),
    ).toThrow('more than one action');
  });
});
