import { describe, expect, it } from 'vitest';
import { isConcordatError } from '../../engine/errors.ts';
import { describeConfig, readConfig, takeSettingFlags } from '../../server/config.ts';
import { describeSettings, settings } from '../../server/settings.ts';

const read = (args: readonly string[], env: Record<string, string> = {}) =>
  readConfig({ args, env });

function refusalOf(args: readonly string[], env: Record<string, string> = {}): string {
  try {
    read(args, env);
  } catch (error) {
    if (isConcordatError(error) && error.code === 'setting-refused') return error.userMessage;
    throw error;
  }
  throw new Error(`not refused: ${args.join(' ')} ${JSON.stringify(env)}`);
}

describe('settings', () => {
  it('need none to be given: an empty folder is enough', () => {
    expect(read([])).toMatchObject({
      store: 'lmdb:./data',
      url: 'http://localhost:3000',
      port: 3000,
      host: '127.0.0.1',
      mail: { kind: 'outbox' },
      mailFrom: { name: 'Concordat', address: 'concordat@localhost' },
      outbox: 'data/outbox',
      timeZone: 'Europe/London',
      region: 'GB-ENG',
      currency: 'GBP',
      logLevel: 'info',
      trustProxy: false,
    });
  });

  it('come from the flag first, then from the environment, then from the default', () => {
    const env = { CONCORDAT_PORT: '4000', CONCORDAT_TIME_ZONE: 'Australia/Melbourne' };
    expect(read(['--port', '5000'], env)).toMatchObject({
      port: 5000,
      timeZone: 'Australia/Melbourne',
    });
    expect(read(['--port=5001'], env).port).toBe(5001);
    expect(read([], env).port).toBe(4000);
    expect(read([], { CONCORDAT_PORT: '' }).port).toBe(3000);
  });

  it('make their defaults from one another', () => {
    expect(read(['--port', '4100']).url).toBe('http://localhost:4100');
    expect(read(['--store', 'lmdb:/srv/concordat']).outbox).toBe('/srv/concordat/outbox');
    expect(read(['--store', 'mongodb://a.example/x']).outbox).toBe('data/outbox');
    expect(read(['--url', 'https://partners.example.org/']).mailFrom.address).toBe(
      'concordat@partners.example.org',
    );
  });

  it('that are unknown stop the start with their name, the nearest one and what there is', () => {
    const variable = refusalOf([], { CONCORDAT_TIMEZONE: 'Europe/London' });
    expect(variable).toContain('CONCORDAT_TIMEZONE');
    expect(variable).toContain('Did you mean CONCORDAT_TIME_ZONE?');
    const flag = refusalOf(['--prot', '3000']);
    expect(flag).toContain('--prot');
    expect(flag).toContain('Did you mean --port?');
    const far = refusalOf(['--foo']);
    expect(far).toContain('"--foo"');
    expect(far).not.toContain('Did you mean');
    for (const setting of Object.values(settings)) expect(far).toContain(`--${setting.flag}`);
    expect(refusalOf(['stray'])).toContain('"stray"');
  });

  it.each([
    ['CONCORDAT_STORE', 'data', 'lmdb:'],
    ['CONCORDAT_STORE', 'mongodb://localhost', 'a database'],
    ['CONCORDAT_STORE', 'mongodb://localhost/?w=1', 'a database'],
    ['CONCORDAT_STORE', 'mongodb://a.example/x.y', 'a database'],
    ['CONCORDAT_URL', 'partners.example.org', 'https://'],
    ['CONCORDAT_URL', 'ftp://partners.example.org', 'https://'],
    ['CONCORDAT_URL', 'https://example.org/concordat', 'without a path'],
    ['CONCORDAT_URL', 'https://me:pw@example.org', 'user name'],
    ['CONCORDAT_PORT', '65536', '65535'],
    ['CONCORDAT_PORT', '-1', '65535'],
    ['CONCORDAT_PORT', '3e3', '65535'],
    ['CONCORDAT_HOST', 'a b', '0.0.0.0'],
    ['CONCORDAT_MAIL', 'sendmail', 'outbox'],
    ['CONCORDAT_MAIL', 'smtp://', 'outbox'],
    ['CONCORDAT_MAIL', 'smtp://relay/path', 'path'],
    ['CONCORDAT_MAIL', 'smtp://relay?starttls=maybe', 'required, offered or off'],
    ['CONCORDAT_MAIL', 'smtps://relay?starttls=off', 'drop ?starttls'],
    ['CONCORDAT_MAIL', 'smtp://relay?tls=no', '?tls'],
    ['CONCORDAT_MAIL_FROM', 'nobody', 'e-mail address'],
    ['CONCORDAT_MAIL_FROM', 'A <a@b.example>\r\nBcc: c@d.example', 'line break'],
    ['CONCORDAT_TIME_ZONE', 'London', 'Europe/London'],
    ['CONCORDAT_TIME_ZONE', '+01:00', 'summer time'],
    ['CONCORDAT_REGION', 'GB-XXX', 'GB-ENG'],
    ['CONCORDAT_REGION', 'ZZ', 'GB-ENG'],
    ['CONCORDAT_REGION', 'constructor', 'GB-ENG'],
    ['CONCORDAT_CURRENCY', 'POUNDS', 'GBP'],
    ['CONCORDAT_LOG_LEVEL', 'loud', 'info'],
    ['CONCORDAT_TRUST_PROXY', 'yes', 'loopback'],
    ['CONCORDAT_TRUST_PROXY', '10.0.0.0/33', 'loopback'],
    ['CONCORDAT_METRICS', 'yes', '9464'],
    ['CONCORDAT_METRICS', '99999', '9464'],
    ['CONCORDAT_METRICS', '3000', 'the pages have that port'],
    ['CONCORDAT_WORKERS', '0', '32'],
    ['CONCORDAT_ANSWER_WITHIN', '0', '300'],
  ])('%s=%s stops the start with its name and what is accepted', (name, value, accepted) => {
    const fromVariable = refusalOf([], { [name]: value });
    expect(fromVariable).toContain(name);
    expect(fromVariable).toContain(accepted);
    const flag = `--${name.slice('CONCORDAT_'.length).toLowerCase().replaceAll('_', '-')}`;
    expect(refusalOf([`${flag}=${value}`])).toContain(flag);
  });

  it('may stand as every documented value', () => {
    const proxy = (text: string) => read(['--trust-proxy', text]).trustProxy;
    expect([proxy('no'), proxy('2'), proxy('loopback, 10.0.0.0/8')]).toEqual([
      false,
      2,
      'loopback, 10.0.0.0/8',
    ]);
    const metrics = (text: string) => read(['--metrics', text]).metrics;
    expect([metrics('9464'), metrics('[::1]:9464'), metrics('off')]).toEqual([
      { host: '127.0.0.1', port: 9464 },
      { host: '::1', port: 9464 },
      null,
    ]);
    expect(read(['--region', 'au-vic', '--currency', 'aud'])).toMatchObject({
      region: 'AU-VIC',
      currency: 'AUD',
    });
    expect(read(['--mail-from', 'Łódź Partners <p@example.org>']).mailFrom).toEqual({
      name: 'Łódź Partners',
      address: 'p@example.org',
    });
  });

  it('refuse a flag without a value, and one given twice', () => {
    expect(refusalOf(['--port'])).toContain('--port has no value');
    expect(refusalOf(['--port', '--host', 'x'])).toContain('--port has no value');
    expect(refusalOf(['--port', '1', '--port', '2'])).toContain('given twice');
  });

  it('leave the flags of a command to the command', () => {
    expect(takeSettingFlags(['P1', '--out', 'x.zip', '--store=lmdb:./d', '--json'])).toEqual({
      values: { store: 'lmdb:./d' },
      rest: ['P1', '--out', 'x.zip', '--json'],
    });
  });
});

describe('the mail setting', () => {
  const mail = (text: string) => read(['--mail', text, '--mail-from', 'a@b.example']).mail;

  it('never sends a password in clear over a network unless told to', () => {
    expect(mail('smtp://u:p%40ss@relay.example')).toEqual({
      kind: 'smtp',
      host: 'relay.example',
      port: 587,
      secure: false,
      startTls: 'required',
      login: { user: 'u', pass: 'p@ss' },
    });
    expect(mail('smtp://u:p@relay.example:25?starttls=off')).toMatchObject({ startTls: 'off' });
    expect(mail('smtp://u:p@127.0.0.1:2525')).toMatchObject({ startTls: 'offered', port: 2525 });
    expect(mail('smtps://u:p@relay.example')).toMatchObject({ secure: true, port: 465 });
  });

  it('needs a sender when mail leaves the machine', () => {
    expect(refusalOf(['--mail', 'smtp://relay.example'])).toContain('CONCORDAT_MAIL_FROM');
  });

  it('never shows its password, whether right or wrong', () => {
    expect(refusalOf(['--mail', 'smtp://u:hunter2@relay:99999'])).not.toContain('hunter2');
    expect(refusalOf([], { CONCORDAT_MAIL: 'smpt://u:hunter2@relay' })).not.toContain('hunter2');
    const config = read(['--mail', 'smtp://u:hunter2@relay', '--mail-from', 'a@b.example']);
    expect(JSON.stringify(describeConfig(config))).not.toContain('hunter2');
  });
});

describe('the table of settings', () => {
  it('describes each setting with a default that its own check accepts', () => {
    const described = describeSettings();
    expect(described.map((row) => row.variable)).toEqual(
      Object.values(settings).map((setting) => `CONCORDAT_${setting.name}`),
    );
    for (const row of described) {
      expect(row.what).toMatch(/\.$/);
      expect(row.accepts).toMatch(/^Give .*\.$/);
      expect(row.fallback).not.toBe('');
    }
  });
});
