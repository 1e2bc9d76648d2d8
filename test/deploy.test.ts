import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { readConfig } from '../server/config.ts';
import { createMetrics } from '../server/observe/metrics.ts';
import { settings } from '../server/settings.ts';
import { UPLOADS_BYTES } from '../web/presenters/form/upload-limits.ts';
import { concordat } from './support/command-line.ts';
import { hasProgram } from './support/programs.ts';
import { temporaryFolder } from './support/temporary-folder.ts';
import { startTestServer } from './support/test-server.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const DEPLOY = readdirSync(join(ROOT, 'deploy')).map((name) => `deploy/${name}`);
const ALL = ['Dockerfile', 'compose.yaml', 'docs/operate.md', ...DEPLOY];

interface Service {
  readonly environment?: Readonly<Record<string, string>>;
  readonly depends_on?: Readonly<Record<string, unknown>>;
  readonly volumes?: readonly string[];
  readonly networks?: readonly string[];
  readonly ports?: readonly string[];
  readonly command?: readonly string[];
  readonly image?: string;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly stop_grace_period?: string;
}

const compose = parse(read('compose.yaml'), { merge: true }) as {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: object;
  readonly networks: object;
};
const packageFile = JSON.parse(read('package.json')) as {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly engines: { readonly node: string };
  readonly bin: Readonly<Record<string, string>>;
  readonly scripts: Readonly<Record<string, string>>;
};

/** `KEY=value` pairs of our settings in a text, without quotes. */
function settingsIn(text: string): Record<string, string> {
  const found = text.matchAll(/^(?:ENV |Environment=)?\s*(CONCORDAT_[A-Z_]+)=(.*?)(?: \\)?$/gmu);
  return Object.fromEntries([...found].map(([, name = '', value = '']) => [name, value]));
}

/** What stands between ``` fences of a language. */
function blocks(path: string, language: string): readonly string[] {
  const fences = read(path).matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gmsu'));
  return [...fences].map(([, text = '']) => text);
}

describe('what it is installed with', () => {
  it('names no setting that there is not', () => {
    const known = new Set(Object.values(settings).map(({ name }) => `CONCORDAT_${name}`));
    for (const path of ALL) {
      for (const [name] of read(path).matchAll(/CONCORDAT_[A-Z_]+/gu)) {
        expect(known, `${name} in ${path}`).toContain(name);
      }
    }
  });

  it.each([
    ['Dockerfile', settingsIn(read('Dockerfile'))],
    ['deploy/concordat.service', settingsIn(read('deploy/concordat.service'))],
    ['docs/operate.md', settingsIn(blocks('docs/operate.md', 'ini').join('\n'))],
    ['compose.yaml', compose.services['concordat-1']?.environment ?? {}],
  ])('gives %s settings that a start accepts', (_path, env) => {
    expect(Object.keys(env).length).toBeGreaterThan(2);
    expect(() => readConfig({ args: [], env })).not.toThrow();
  });

  it('links and mounts only files that there are', () => {
    const mounted = Object.values(compose.services)
      .flatMap(({ volumes = [] }) => volumes)
      .filter((volume) => volume.startsWith('./'))
      .map((volume) => volume.split(':')[0] ?? '');
    const linked = [...read('docs/operate.md').matchAll(/\]\((?!http)([^)#]+)/gu)].map(
      ([, path = '']) => join('docs', path),
    );
    const named = ALL.flatMap((path) =>
      [...read(path).matchAll(/\b(?:deploy|docs)\/[\w./-]*\w/gu)].map(([name]) => name),
    );
    expect(mounted.length).toBeGreaterThan(1);
    expect(linked.length).toBeGreaterThan(5);
    for (const path of [...mounted, ...linked, ...named]) {
      expect(existsSync(join(ROOT, path)), path).toBe(true);
    }
  });

  it('asks for health and figures where they are', async () => {
    const server = await startTestServer({ settings: { CONCORDAT_METRICS: '9464' } });
    onTestFinished(() => server.stop());
    for (const path of ALL) {
      for (const [address] of read(path).matchAll(/\/health\/[a-z]+/gu)) {
        expect((await fetch(server.url + address)).status, `${address} in ${path}`).toBe(200);
      }
    }
  });
});

describe('the image', () => {
  const lines = read('Dockerfile').split('\n');

  it('is built from what the context lets in, and lets in neither records nor settings', () => {
    const [first, ...allowed] = read('.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(first).toBe('*');
    const copied = lines
      .filter((line) => line.startsWith('COPY ') && !line.includes('--from='))
      .flatMap((line) => line.split(' ').slice(1, -1));
    expect(copied.length).toBeGreaterThan(6);
    expect(new Set(allowed)).toEqual(new Set(copied.map((path) => `!${path}`)));
    for (const path of copied) expect(existsSync(join(ROOT, path)), path).toBe(true);
  });

  it('has a Node that the program takes, starts what npm start starts, and runs as nobody special', () => {
    const major = Number(/^ARG NODE=(\d+)-/mu.exec(read('Dockerfile'))?.[1]);
    const [least = 0] = /\d+/u.exec(packageFile.engines.node)?.map(Number) ?? [];
    expect(major).toBeGreaterThan(least);
    const command = JSON.parse(
      lines.find((line) => line.startsWith('CMD '))?.slice(4) ?? '[]',
    ) as string[];
    expect(command.join(' ')).toBe(packageFile.scripts['start']);
    expect(read('Dockerfile')).toContain(`/opt/concordat/${packageFile.bin['concordat']}`);
    expect(lines.filter((line) => line.startsWith('USER '))).toEqual(['USER node']);
    expect(read('Dockerfile')).toContain('npm prune --omit=dev');
  });

  it('asks for its health with words that Node takes', () => {
    const at = lines.findIndex((line) => line.startsWith('HEALTHCHECK'));
    const command = JSON.parse(lines[at + 1]?.trim().slice(4) ?? '[]') as string[];
    expect(command[0]).toBe('node');
    const env = { ...process.env, CONCORDAT_PORT: '1' };
    const { status, stderr } = spawnSync(process.execPath, command.slice(1), { env });
    // nobody listens there
    expect([status, stderr.toString()]).toEqual([1, '']);
  });

  it('needs no development package to run', () => {
    const own = new Set(Object.keys(packageFile.dependencies));
    const builtin = new Set(builtinModules);
    for (const folder of ['engine', 'server', 'web']) {
      for (const file of readdirSync(join(ROOT, folder), { recursive: true }) as string[]) {
        if (!file.endsWith('.ts')) continue;
        const imports = read(join(folder, file)).matchAll(
          /^(?:import(?! type) [^;'"]*|export [{*][^;'"]*) from '([^.'][^']*)'/gmu,
        );
        for (const [, name = ''] of imports) {
          if (name.startsWith('node:') || builtin.has(name)) continue;
          const named = name
            .split('/')
            .slice(0, name.startsWith('@') ? 2 : 1)
            .join('/');
          expect(own, `${name} in ${folder}/${file}`).toContain(named);
        }
      }
    }
  });
});

describe('compose.yaml', () => {
  const { services } = compose;
  const servers = Object.entries(services).filter(([name]) => name.startsWith('concordat-'));

  it('starts Concordat twice, without rights, with time to stop, on a set that has been made', () => {
    expect(servers).toHaveLength(2);
    for (const [, service] of servers) {
      expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'] });
      expect(Number.parseInt(service.stop_grace_period ?? '0', 10)).toBeGreaterThan(10);
      expect(service.depends_on).toMatchObject({
        'mongo-set': { condition: 'service_completed_successfully' },
      });
      expect(service.ports).toBeUndefined();
    }
  });

  it('names the same three members everywhere', () => {
    const members = Object.keys(services).filter((name) => /^mongo-\d$/u.test(name));
    expect(members).toEqual(['mongo-1', 'mongo-2', 'mongo-3']);
    const store = servers[0]?.[1].environment?.['CONCORDAT_STORE'] ?? '';
    expect(store).toContain(`//${members.join(',')}/`);
    const set = new URL(store.replace(/,[^/]*/u, '')).searchParams.get('replicaSet');
    for (const name of members) {
      expect(services[name]?.command?.join(' ')).toContain(`--replSet ${set}`);
      expect(read('deploy/replica-set.js')).toContain(`'${name}'`);
    }
    expect(read('deploy/replica-set.js')).toContain(`_id: '${set}'`);
    expect(Object.keys(services['mongo-set']?.depends_on ?? {})).toEqual(members);
  });

  it('uses only services, volumes and networks that it has, and sends people to both servers', () => {
    for (const [name, service] of Object.entries(services)) {
      for (const other of Object.keys(service.depends_on ?? {})) {
        expect(Object.keys(services), `${other} of ${name}`).toContain(other);
      }
      for (const network of service.networks ?? []) {
        expect(Object.keys(compose.networks)).toContain(network);
      }
      for (const volume of service.volumes ?? []) {
        const [from = ''] = volume.split(':');
        if (!from.startsWith('.')) expect(Object.keys(compose.volumes)).toContain(from);
      }
    }
    const port = /CONCORDAT_PORT=(\d+)/u.exec(read('Dockerfile'))?.[1];
    const upstreams = servers.map(([name]) => `${name}:${port}`).join(' ');
    expect(read('deploy/Caddyfile.compose')).toContain(`reverse_proxy ${upstreams} {`);
    const address = new URL(servers[0]?.[1].environment?.['CONCORDAT_URL'] ?? '');
    expect(services['proxy']?.ports).toEqual([`${address.port}:${address.port}`]);
    expect(read('deploy/Caddyfile.compose')).toMatch(new RegExp(`^:${address.port} \\{`, 'mu'));
  });
});

describe('the proxies', () => {
  it.each(['deploy/Caddyfile', 'deploy/Caddyfile.compose', 'deploy/nginx.conf'])(
    '%s shows the world no health',
    (path) => {
      expect(read(path)).toMatch(/\/health\/[*\s{]+(?:return )?404/u);
    },
  );

  it('take as much as Concordat does', () => {
    const most = Number(/client_max_body_size (\d+)m;/u.exec(read('deploy/nginx.conf'))?.[1]);
    expect(most * 1024 * 1024).toBeGreaterThan(UPLOADS_BYTES);
  });
});

describe('the unit of systemd', () => {
  it.skipIf(!hasProgram('systemd-analyze'))('is sound, and takes rights away', () => {
    const unit = join(ROOT, 'deploy/concordat.service');
    const args = ['security', '--offline=true', '--threshold=20', unit];
    const { status, stdout } = spawnSync('systemd-analyze', args, { encoding: 'utf8' });
    expect(status, stdout).toBe(0);
  });

  it('gives it longer to stop than it takes, and does not repeat a start with a wrong setting', () => {
    const unit = read('deploy/concordat.service');
    expect(Number(/^TimeoutStopSec=(\d+)$/mu.exec(unit)?.[1])).toBeGreaterThan(10);
    expect(unit).toMatch(/^RestartPreventExitStatus=2$/mu);
    expect(unit).toContain(`/opt/concordat/${packageFile.scripts['start']?.replace('node ', '')}`);
  });
});

describe('the figures that are documented', () => {
  const metrics = createMetrics();

  it.each(['docs/operate.md', 'deploy/prometheus-alerts.yaml'])(
    'in %s are given out',
    async (path) => {
      const given = await metrics.text({ parkedTasks: 0, taskLagSeconds: 0, stuckRecords: 0 });
      const known = [...given.matchAll(/^# TYPE (\w+)/gmu)].map(([, name]) => name);
      const named = [...read(path).matchAll(/\bconcordat_[a-z_]*[a-z]/gu)].map(([name]) =>
        name.replace(/_(?:bucket|count|sum)$/u, ''),
      );
      expect(named.length).toBeGreaterThan(8);
      for (const name of named) expect(known).toContain(name);
    },
  );

  it('are all of them', async () => {
    const given = await metrics.text({ parkedTasks: 0, taskLagSeconds: 0, stuckRecords: 0 });
    for (const [, name = ''] of given.matchAll(/^# TYPE (concordat_\w+)/gmu)) {
      expect(read('docs/operate.md')).toContain(`\`${name}\``);
    }
  });

  it('have alerts that name a heading of the guide', () => {
    const { groups } = parse(read('deploy/prometheus-alerts.yaml')) as {
      groups: { rules: { alert: string; expr: string; annotations: { summary: string } }[] }[];
    };
    const rules = groups.flatMap((group) => group.rules);
    expect(rules.length).toBeGreaterThan(5);
    for (const { annotations } of rules) {
      const [, heading] = /See “([^”]+)”/u.exec(annotations.summary) ?? [];
      if (heading === undefined) expect(annotations.summary).toContain('the log');
      else expect(read('docs/operate.md')).toMatch(new RegExp(`^##+ ${heading}$`, 'mu'));
    }
  });
});

describe('the guide', () => {
  const commands = blocks('docs/operate.md', 'sh')
    .join('\n')
    .split('\n')
    .filter((line) => line.startsWith('concordat '));

  it('uses commands that there are', async () => {
    expect(commands.length).toBeGreaterThanOrEqual(3);
    for (const line of commands) {
      const [, name = ''] = line.split(' ');
      expect((await concordat([name, '--help'])).code, line).toBe(0);
    }
  });

  it('has a restore drill that works as it is written', async () => {
    const server = await startTestServer();
    onTestFinished(() => server.stop());
    await server.partnership('Safe at home', [await server.organisation('Harbour')]);
    const folder = temporaryFolder();
    const drill = commands.filter((line) => /^concordat (?:backup|restore|verify) /u.test(line));
    expect(drill.map((line) => line.split(' ')[1])).toEqual(['backup', 'restore', 'verify']);
    for (const line of drill) {
      const args = line
        .replaceAll('lmdb:/var/lib/concordat/data', server.services.store.address)
        .replaceAll('/var/backups', join(folder, 'backups'))
        .replaceAll('/tmp/drill', join(folder, 'drill'))
        .split(' ');
      const { code, out, err } = await concordat(args.slice(1));
      expect(code, `${line}\n${err}`).toBe(0);
      if (args[1] !== 'backup') expect(out).toContain('nothing has changed');
    }
  });

  it('names every part of the health answer, under a heading of its own', async () => {
    const server = await startTestServer();
    onTestFinished(() => server.stop());
    const answer = await fetch(`${server.url}/health/ready`);
    const { parts } = (await answer.json()) as { parts: { part: string }[] };
    for (const { part } of parts) {
      expect(read('docs/operate.md').toLowerCase()).toContain(`\n### ${part}\n`);
    }
  });
});
