import { expect, test } from 'vitest';
import { visitScene } from './visit-scene.ts';

interface Started {
  readonly instance: string;
  readonly seq: number;
}

test('no personal value reaches the chain, however its field is written down', async () => {
  const { asManager, visit, chain } = await visitScene();
  const form = {
    subject: 'Open day',
    phone: '0191 496 0000',
    visitors: [{ name: 'Jane Roe' }, { name: 'Rico Roe' }],
    rooms: { blue: { name: 'Vera Visitor' } },
  };
  const { instance } = await asManager.post<Started>('/instances', visit(form));
  const change = { fields: { visitors: [{ name: 'Nora Newcomer' }] } };
  await asManager.post(`/instances/${instance}/events`, { event: 'CHANGE', ...change });
  expect(await chain(instance)).not.toMatch(/Jane|Rico|Vera|Nora|0191 496/u);
  const { data } = await asManager.get<{ data: object }>(`/instances/${instance}`);
  expect(data).toEqual({ ...form, visitors: [{ name: 'Nora Newcomer' }] });
});

test('who is named deep inside a form has to be somebody who may be named here', async () => {
  const { server, asManager, visit } = await visitScene();
  const trust = await server.organisation('Far Away');
  const far = await server.partnership('Elsewhere', [trust]);
  const stranger = await server.member(far, trust, 'Otto Outsider', ['manager']);
  for (const inside of [
    { visitors: [{ name: 'A', host: stranger.id }] },
    { rooms: { blue: { name: 'A', host: stranger.id } } },
  ]) {
    const body = visit({ subject: 'Open day', ...inside });
    const { code, problems } = await asManager.refused('POST', '/instances', body);
    expect(code).toBe('invalid-input');
    expect(problems?.[0]?.pointer).toMatch(/\/host$/u);
  }
});

test('a corrected personal value has to be one that its field can take', async () => {
  const { asManager, asCoordinator, visit } = await visitScene();
  const body = visit({ subject: 'Open day', phone: '1' });
  const { instance } = await asManager.post<Started>('/instances', body);
  const path = `/instances/${instance}/corrections`;
  for (const phone of ['not a number', '1'.repeat(21), 12, { a: 1 }]) {
    const change = { changes: { phone }, reason: 'It was wrong' };
    const { code, problems } = await asCoordinator.refused('POST', path, change);
    expect(code).toBe('invalid-input');
    expect(problems?.[0]?.pointer).toBe('/changes/phone');
  }
  await asCoordinator.post(path, { changes: { phone: null }, reason: 'Not to be kept' });
  const { data } = await asManager.get<{ data: object }>(`/instances/${instance}`);
  expect(data).not.toHaveProperty('phone');
});

test('under one key the same personal values get the first answer, and others are refused', async () => {
  const { server, asManager, asCoordinator, visit } = await visitScene();
  const form = { subject: 'Open day', phone: '1', visitors: [{ name: 'Jane' }, { name: 'Rico' }] };
  const first = await asManager.post<Started>('/instances', visit(form), 'start');
  expect(await asManager.post<Started>('/instances', visit(form), 'start')).toEqual(first);
  const sent = async (path: string, body: object) => {
    const headers = { 'content-type': 'application/json', 'idempotency-key': 'start' };
    const more = { headers, body: JSON.stringify(body) };
    const client = path === '/instances' ? asManager : asCoordinator;
    const { status, json } = await client.send('POST', path, more);
    return { status, code: (json as { code?: string }).code };
  };
  const mismatch = { status: 422, code: 'idempotency-mismatch' };
  const swapped = [{ name: 'Rico' }, { name: 'Jane' }];
  expect(await sent('/instances', visit({ ...form, phone: '2' }))).toEqual(mismatch);
  expect(await sent('/instances', visit({ ...form, visitors: swapped }))).toEqual(mismatch);
  const { instance } = first;
  const path = `/instances/${instance}/corrections`;
  const reason = 'It was wrong';
  expect(await sent(path, { changes: { phone: '3' }, reason })).toMatchObject({ status: 200 });
  expect(await sent(path, { changes: { phone: '3' }, reason })).toMatchObject({ status: 200 });
  expect(await sent(path, { changes: { phone: '4' }, reason })).toEqual(mismatch);
  const { data } = await asManager.get<{ data: object }>(`/instances/${instance}`);
  expect(data).toMatchObject({ phone: '3' });
  expect((await server.services.store.commits.head(instance))?.seq).toBe(first.seq + 1);
});
