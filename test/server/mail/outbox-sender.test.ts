import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { simpleParser } from 'mailparser';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { outboxSender } from '../../../server/mail/outbox-sender.ts';
import { sampleMail } from './sample-mail.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'concordat-outbox-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('the outbox', () => {
  it('holds each mail as a file that mail programs open', async () => {
    const outbox = join(folder, 'data', 'outbox');
    await outboxSender(outbox).send(sampleMail());
    const [name = ''] = await readdir(outbox);
    expect(name).toMatch(
      /^2027-03-01T09-00-00Z_please-sign-memorandum-of-understanding-.*_lukasz-council\.example_[0-9a-f]{16}\.eml$/,
    );
    const mail = await simpleParser(await readFile(join(outbox, name)));
    expect(mail.messageId).toBe(sampleMail().messageId);
    expect(mail.subject).toBe(sampleMail().subject);
    expect(mail.headers.get('auto-submitted')).toBe('auto-generated');
  });

  it('keeps one file for one Message-ID: sent twice, at once, later, or after a restart', async () => {
    const outbox = outboxSender(folder);
    await Promise.all([outbox.send(sampleMail()), outbox.send(sampleMail())]);
    await outbox.send(sampleMail({ subject: 'Another', date: '2027-03-02T09:00:00.000Z' }));
    await outboxSender(folder).send(sampleMail({ date: '2027-03-03T09:00:00.000Z' }));
    expect(await readdir(folder)).toHaveLength(1);
    await outbox.send(sampleMail({ messageId: '<other@example.org>' }));
    expect(await readdir(folder)).toHaveLength(2);
  });

  it('has only safe file names, inside the folder, whatever stands in a subject', async () => {
    const outbox = outboxSender(folder);
    let number = 0;
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), async (subject) => {
        number += 1;
        const messageId = `<m-${number}@example.org>`;
        await outbox.send(sampleMail({ messageId, subject: `../${subject}` }));
        const names = await readdir(folder);
        expect(names).toHaveLength(number);
        for (const name of names) expect(name).toMatch(/^[0-9][\w.-]{0,200}\.eml$/);
      }),
      { numRuns: 40 },
    );
  });

  it('leaves no half file behind and says what is wrong when it cannot write', async () => {
    const blocked = join(folder, 'file');
    await writeFile(blocked, '');
    const outbox = outboxSender(blocked);
    for (const work of [() => outbox.send(sampleMail()), () => outbox.verify()]) {
      await expect(work()).rejects.toMatchObject({
        code: 'mail-unavailable',
        userMessage: expect.stringContaining('CONCORDAT_OUTBOX'),
      });
    }
    await rm(blocked);
    await outbox.send(sampleMail());
    expect(await readdir(blocked)).toHaveLength(1);
  });

  it.skipIf(process.getuid?.() === 0)('says so when it may not write there', async () => {
    await chmod(folder, 0o500);
    await expect(outboxSender(folder).verify()).rejects.toThrow('EACCES');
  });

  it('is checked by really writing, and nothing stays', async () => {
    await outboxSender(folder).verify();
    expect(await readdir(folder)).toEqual([]);
  });
});
