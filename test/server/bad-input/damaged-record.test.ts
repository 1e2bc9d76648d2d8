import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectSentence, type Problem } from '../../support/api-client.ts';
import { type ApiScene, apiScene } from '../../support/api-scene.ts';

let scene: ApiScene;
beforeAll(async () => {
  scene = await apiScene();
});
afterAll(() => scene.end());

/** Changes one letter of a text wherever it stands in the store, under the running server. */
function damage(text: string): void {
  const path = join(scene.server.services.store.address.slice('lmdb:'.length), 'data.mdb');
  const bytes = readFileSync(path);
  const file = openSync(path, 'r+');
  let found = 0;
  for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + 1)) {
    writeSync(file, Buffer.from([bytes.readUInt8(at) ^ 1]), 0, 1, at);
    found += 1;
  }
  closeSync(file);
  expect(found).toBeGreaterThan(0);
}

test('a record whose bytes have changed is never shown and never added to; everything else goes on', async () => {
  const id = await scene.request('mark-of-damage');
  const other = await scene.request('unharmed');
  damage('mark-of-damage');
  const event = { event: 'COMMENT', fields: { text: 'on top of it' } };
  const asked: readonly [string, string, string | undefined][] = [
    ['GET', `/instances/${id}`, undefined],
    ['GET', `/instances/${id}/history`, undefined],
    ['GET', `/instances/${id}/history/1`, undefined],
    ['POST', `/instances/${id}/events`, JSON.stringify(event)],
  ];
  for (const [method, path, body] of asked) {
    const answer = await scene.asManager.send(
      method,
      path,
      body === undefined ? {} : { body, headers: { 'content-type': 'application/json' } },
    );
    expect(answer.json, path).toMatchObject({ status: 503, code: 'store-damaged' });
    expectSentence((answer.json as Problem).detail);
    expect((answer.json as Problem).detail).toMatch(/administrator.*concordat verify.*backup/u);
  }
  const browser = await scene.server.signIn(scene.manager);
  const page = await browser.get(`/instances/${id}`);
  expect(page.status).toBe(503);
  expect(page.text).toContain('concordat verify');

  await scene.asManager.post(`/instances/${other}/events`, event);
  expect((await browser.get(`/instances/${other}`)).status).toBe(200);
  // A list would show the changed title.
  const list = await scene.asManager.send('GET', '/instances', {});
  expect(list.json).toMatchObject({ status: 503, code: 'store-damaged' });
  expect(list.text).not.toMatch(/-of-damage/u);
});
