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
  expect(await chain(instance)).not.toMatch(/Jane|Rico|Vera|Nora|496/u);
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
