import express from 'express';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apiRoutes } from '../../../server/http/api/api-routes.ts';
import type { Partnership, Person } from '../../../server/store/directory.ts';
import { createToken, listTokens, revokeToken } from '../../../server/use-cases/api-tokens.ts';
import { apiClient } from '../../support/api-client.ts';
import { startTestServer, type TestServer } from '../../support/test-server.ts';

describe('bearer tokens', () => {
  let server: TestServer;
  let place: Partnership;
  let person: Person;
  beforeAll(async () => {
    server = await startTestServer();
    const health = await server.organisation('Łódź Health');
    place = await server.partnership('North Coast', [health]);
    person = await server.member(place, health, 'Marta Manager', ['manager']);
  });
  afterAll(() => server.stop());

  const make = (expires: string | null = null) =>
    createToken(server.services, { email: person.email, label: 'Case system', expires });
  const statusOf = async (token: string | null): Promise<number> =>
    (await apiClient(server.url, token).send('GET', '/me')).status;

  test('a token is shown once and kept as a hash alone', async () => {
    const { token, id } = await make();
    expect(token).toMatch(/^concordat_[\w-]{43}$/u);
    const kept = await listTokens(server.services);
    expect(kept.map((one) => one.id)).toContain(id);
    expect(JSON.stringify(kept)).not.toContain(token);
    expect(await statusOf(token)).toBe(200);
  });

  test('a revoked token ends at once, an expired one at its time, and ending twice is once', async () => {
    const revoked = await make();
    const first = await revokeToken(server.services, revoked.id);
    expect(await revokeToken(server.services, revoked.id)).toEqual(first);
    expect(await statusOf(revoked.token)).toBe(401);
    const short = await make('PT1H');
    expect(await statusOf(short.token)).toBe(200);
    server.clock.advanceTo('2026-03-02T12:00:00.000Z');
    expect(await statusOf(short.token)).toBe(401);
  });

  test('a token ends with its person', async () => {
    const { token } = await make();
    const { directory } = server.services.store;
    await directory.putPerson({ ...person, disabledAt: server.clock.now() });
    expect(await statusOf(token)).toBe(401);
    await directory.putPerson(person);
    expect(await statusOf(token)).toBe(200);
  });

  test('without a good token nothing is told but how to get one', async () => {
    for (const wrong of [null, 'concordat_wrong', 'x'.repeat(5_000)]) {
      const answer = await apiClient(server.url, wrong).send('GET', '/me');
      expect(answer.json).toMatchObject({ status: 401, code: 'not-signed-in' });
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/u);
    }
  });

  test('a signed-in browser is nobody to the API, so no other site can use it through one', async () => {
    const browser = await server.signIn(person);
    const { status } = await browser.get('/api/v1/me');
    expect(status).toBe(401);
    const answer = await apiClient(server.url, (await make()).token).send('GET', '/me', {
      headers: { origin: 'https://elsewhere.example' },
    });
    expect(answer.headers.get('access-control-allow-origin')).toBe(null);
    expect(answer.headers.getSetCookie()).toEqual([]);
  });

  test.each([
    [{ email: 'nobody@example.org' }, 'not-found'],
    [{ label: '  ' }, 'invalid-input'],
    [{ label: 'x'.repeat(101) }, 'invalid-input'],
    [{ expires: 'tomorrow' }, 'invalid-input'],
    [{ expires: '-P1D' }, 'invalid-input'],
  ])('a token for %o is refused with a sentence', async (wrong, code) => {
    const request = { email: person.email, label: 'Case system', expires: null, ...wrong };
    await expect(createToken(server.services, request)).rejects.toMatchObject({ code });
  });

  test('a token that asks too often is told when to go on; the others go on meanwhile', async () => {
    const app = express();
    const context = { services: server.services, worker: server.worker };
    app.use('/api/v1', apiRoutes(context, { perToken: 3, perStranger: 2 }));
    const limited = createServer(app);
    await new Promise<void>((resolve) => limited.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(limited.address() as AddressInfo).port}`;
    const busy = apiClient(url, (await make()).token);
    for (let n = 0; n < 3; n += 1) expect((await busy.send('GET', '/me')).status).toBe(200);
    const refused = await busy.send('GET', '/me');
    expect(refused.json).toMatchObject({ status: 429, code: 'too-many-requests' });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await apiClient(url, (await make()).token).send('GET', '/me')).status).toBe(200);
    // what other tests have tried from here counts no longer
    server.clock.advanceTo(new Date(Date.parse(server.clock.now()) + 60_000).toISOString());
    const stranger = apiClient(url, null);
    const tries = [];
    for (let n = 0; n < 3; n += 1) tries.push((await stranger.send('GET', '/me')).status);
    expect(tries).toEqual([401, 401, 429]);
    await closed(limited);
  });
});

async function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => {
    server.close(resolve);
  });
}
