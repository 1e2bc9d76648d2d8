import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { connect, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { openLmdbStore } from '../../server/store/lmdb/open-lmdb-store.ts';
import { builtInstallation } from '../support/built-installation.ts';
import { freePort } from '../support/free-port.ts';
import { type KillableServer, killableServer } from '../support/killable-server.ts';
import { type MailCatcher, startMailCatcher } from '../support/mail-catcher.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { ROUND_WORKFLOWS, startRound } from './start-round.ts';
import { twoOrganisations } from './two-organisations.ts';

interface Busy {
  readonly server: KillableServer;
  readonly port: number;
  readonly mails: MailCatcher;
  readonly directory: string;
}

/** A server in a process of its own with mails that are due, and a mail server in this mood. */
async function busyServer(mode: 'accept' | 'hang'): Promise<Busy> {
  const folder = temporaryFolder();
  const main = builtInstallation(join(folder, 'installation'), {
    workflows: ['partnership'],
    others: ROUND_WORKFLOWS,
  });
  const mails = await startMailCatcher();
  onTestFinished(() => mails.close());
  const port = await freePort();
  const directory = join(folder, 'data');
  const env = {
    CONCORDAT_STORE: `lmdb:${directory}`,
    CONCORDAT_URL: `http://localhost:${port}`,
    CONCORDAT_MAIL: `${mails.url}?starttls=off`,
    CONCORDAT_MAIL_FROM: 'Concordat <concordat@northshire.example>',
    CONCORDAT_WORKERS: '1',
  };
  const place = await twoOrganisations(env, join(dirname(main), '../../workflows'));
  const server = killableServer(main, { port, env });
  onTestFinished(() => server.kill());
  server.start();
  await server.answering();
  mails.mode(mode);
  const before = mails.begun();
  await startRound(server.url, place);
  await expect.poll(() => mails.begun()).toBeGreaterThan(before);
  return { server, port, mails, directory };
}

/** A connection that has sent only this so far. */
async function begun(port: number, text: string): Promise<{ socket: Socket; heard: () => string }> {
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => undefined);
  let heard = '';
  socket.on('data', (chunk: Buffer) => {
    heard += chunk.toString();
  });
  await once(socket, 'connect');
  socket.write(text);
  return { socket, heard: () => heard };
}

/** A browser's connection, kept open after its answer. */
async function keptOpen(port: number): Promise<void> {
  const agent = new Agent({ keepAlive: true });
  onTestFinished(() => agent.destroy());
  const request = get({ port, host: '127.0.0.1', path: '/health/live', agent });
  const [answer] = (await once(request, 'response')) as [NodeJS.ReadableStream];
  answer.resume();
  await once(answer, 'end');
}

test('asked to stop, a server ends in ten seconds, though a mail server hangs and a request never ends', async () => {
  const { server, port, mails, directory } = await busyServer('hang');
  await keptOpen(port);
  const slow = 'POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99\r\n\r\nemail=';
  await begun(port, slow);
  const late = await begun(port, 'GET /health/ready HTTP/1.1\r\nHost: localhost\r\n');
  await delay(300);

  const asked = performance.now();
  server.signal('SIGTERM');
  await delay(300);
  late.socket.write('\r\n');
  await expect.poll(late.heard).toContain('HTTP/1.1 503');
  expect(late.heard()).toMatch(/^connection: close\r$/imu);
  expect(late.heard()).toContain('The server was asked to stop');
  await expect(begun(port, '')).rejects.toThrow('ECONNREFUSED');
  expect(await server.ended()).toBe(0);
  expect(performance.now() - asked).toBeLessThan(10_000);

  const store = await openLmdbStore({ directory, mode: 'read' });
  const due = await store.tasks.list({ state: 'due', limit: 99 });
  await store.close();
  expect(due.length).toBeGreaterThan(0);
  // Given back as if it had never been begun: whoever comes next takes them at once.
  expect(due.filter(({ lease, tries }) => lease !== null || tries > 0)).toEqual([]);

  mails.clear();
  mails.mode('accept');
  server.start();
  await expect.poll(() => mails.mails().length).toBeGreaterThanOrEqual(due.length);
  expect(await server.stop()).toBe(0);
}, 120_000);

test('a second signal ends it at once, but not the one that npm repeats', async () => {
  const { server } = await busyServer('hang');
  server.signal('SIGINT');
  server.signal('SIGINT');
  const state = await Promise.race([server.ended(), delay(900, 'still there')]);
  expect(state).toBe('still there');
  const again = performance.now();
  server.signal('SIGINT');
  expect(await server.ended()).toBe(130);
  expect(performance.now() - again).toBeLessThan(2_000);
}, 120_000);

test('with nothing under way it ends without waiting, also for open connections', async () => {
  const { server, port } = await busyServer('accept');
  await keptOpen(port);
  await delay(1_000);
  const asked = performance.now();
  expect(await server.stop()).toBe(0);
  expect(performance.now() - asked).toBeLessThan(4_000);
}, 120_000);
