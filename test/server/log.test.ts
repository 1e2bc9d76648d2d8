import { randomBytes } from 'node:crypto';
import { Writable } from 'node:stream';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConcordatError } from '../../engine/errors.ts';
import { createLog, type Log } from '../../server/log.ts';
import { maskPath } from '../../server/mask-path.ts';

function written(write: (log: Log) => void): string {
  const chunks: string[] = [];
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk.toString());
      done();
    },
  });
  write(createLog({ level: 'trace', destination }));
  return chunks.join('');
}

const token = randomBytes(32).toString('base64url');
const address = 'ada.lovelace@council.example';

describe('the log', () => {
  it('is one JSON object a line with level, time and message', () => {
    const lines = written((log) => {
      log.info({ instance: 'i-1', seq: 4, ms: 12 }, 'committed');
      log.warn('slow');
    }).trim();
    const [first, second] = lines.split('\n').map((line) => JSON.parse(line) as object);
    expect(first).toMatchObject({
      level: 'info',
      instance: 'i-1',
      seq: 4,
      ms: 12,
      msg: 'committed',
    });
    expect(first).toHaveProperty('time', expect.stringMatching(/^\d{4}-.*Z$/));
    expect(second).toMatchObject({ level: 'warn', msg: 'slow' });
  });

  it('never holds a token, cookie, header, address or name, wherever they are put', () => {
    const name = 'Ada Lovelace';
    const secrets = {
      headers: { authorization: `Bearer ${token}`, cookie: `sid=${token}`, 'set-cookie': [token] },
      person: { id: 'p-1', name, email: address, fullName: name },
      deep: { list: [{ to: { name, address } }] },
      url: `/l/${token}?q=${encodeURIComponent(name)}`,
      note: `sent to ${address} with https://x.example/l/${token}`,
      [address]: 1,
    };
    const cause = new Error(`550 <${address}> unknown, see http://x.example/l/${token}`);
    const error = new ConcordatError('mail-refused', `no ${address}`, {
      cause,
      details: { name, to: address, link: `/l/${token}` },
    });
    const lines = written((log) => {
      log.info(secrets, `mail for ${address}: /l/${token}`);
      log.info(`${address} wrote Bearer ${token}`);
      log.info(`Cookie ${token}`);
      log.error(error);
      log.error({ err: error }, 'failed');
      log.error(error, 'failed');
      log.child({ email: address, name, token, path: `/l/${token}` }).info('child');
    });
    for (const secret of [token, address, 'Ada', 'Lovelace', 'ada.lovelace']) {
      expect(lines).not.toContain(secret);
    }
    expect(lines.match(/mail-refused/g)).toHaveLength(3);
    expect(lines).toContain('p-1');
    expect(lines).toContain('log.test.ts');
  });

  it('keeps what is needed to find a fault: ids and hashes', () => {
    const hash = 'a'.repeat(64);
    const uuid = '0190a5e8-7b1c-7000-8000-000000000000';
    const line = written((log) => log.info({ hash, instance: uuid, code: 'conflict' }, hash));
    expect(JSON.parse(line)).toMatchObject({ hash, instance: uuid, code: 'conflict', msg: hash });
  });

  it('never fails, whatever it is given', () => {
    fc.assert(
      fc.property(fc.anything(), fc.string(), (value, text) => {
        written((log) => log.info({ value }, text));
      }),
    );
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    expect(written((log) => log.info(circle, 'round'))).toContain('round');
  });
});

describe('the path in a log', () => {
  it.each([
    [`/l/${token}`, '/l/…'],
    [`/l/${token}/document.pdf?x=${token}`, '/l/…/document.pdf?x=…'],
    ['/l/short', '/l/…'],
    [`/sign-in/${token}`, '/sign-in/…'],
    [`/set-up/${token}#top`, '/set-up/…'],
    [`/anything/${token}`, '/anything/…'],
    ['/register/dispute?q=Ada%20Lovelace&open=1', '/register/dispute?q=…&open=…'],
    ['/people/ada%40council.example', '/people/…@…'],
    ['/people/Ada%20Lovelace/edit', '/people/…/edit'],
    [`/documents/${'0f'.repeat(32)}`, `/documents/${'0f'.repeat(32)}`],
    ['/partnerships/north-coast/instances/i-1', '/partnerships/north-coast/instances/i-1'],
    ['/sign-in', '/sign-in'],
    ['', ''],
  ])('%s is written as %s', (path, masked) => {
    expect(maskPath(path)).toBe(masked);
  });

  it('never holds a token of 256 bits, wherever it stands', () => {
    const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 });
    fc.assert(
      fc.property(bytes, fc.string(), fc.string(), (random, before, after) => {
        const secret = Buffer.from(random).toString('base64url');
        expect(maskPath(`/${before}/${secret}/${after}`)).not.toContain(secret);
      }),
    );
  });
});
