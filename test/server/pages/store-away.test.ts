import { expect, onTestFinished, test } from 'vitest';
import { ConcordatError } from '../../../engine/errors.ts';
import { openLmdbStore } from '../../../server/store/lmdb/open-lmdb-store.ts';
import type { Store } from '../../../server/store/store.ts';
import { postedControls } from '../../support/posted-controls.ts';
import { startTestServer } from '../../support/test-server.ts';

type Port = keyof Store;

/** A store of which some ports, or all, do not answer while they are named. */
function switchable(store: Store, away: Set<Port | 'all'>): Store {
  return new Proxy(store, {
    get(whole, port: Port) {
      const part: unknown = whole[port];
      if (typeof part !== 'object' || part === null) return part;
      return new Proxy(part as Readonly<Record<string, unknown>>, {
        get(one, name: string) {
          const call = one[name];
          if (typeof call !== 'function') return call;
          return async (...given: unknown[]): Promise<unknown> => {
            if (away.has('all') || away.has(port)) {
              throw new ConcordatError('store-unreadable', `${port} is away`, {
                userMessage: 'The records cannot be read at the moment. Try again in a minute.',
              });
            }
            return (call as (...more: unknown[]) => unknown).apply(one, given);
          };
        },
      });
    },
  });
}

async function scene() {
  const away = new Set<Port | 'all'>();
  const server = await startTestServer({
    store: async (directory) => switchable(await openLmdbStore({ directory, mode: 'serve' }), away),
  });
  onTestFinished(() => server.stop());
  const council = await server.organisation('Harbour');
  const place = await server.partnership('Safe at home', [council]);
  const coordinator = await server.signIn(server.administrator);
  return { away, server, coordinator, start: `/partnerships/${place.id}/start/systemic-issue` };
}

test('while the store does not answer a page says so, and nobody is signed out', async () => {
  const { away, coordinator } = await scene();
  for (const gone of ['all', 'sessions', 'directory', 'installation'] as const) {
    away.add(gone);
    const refused = await coordinator.get('/work');
    expect(refused.status, gone).toBe(503);
    expect(refused.headers.get('retry-after'), gone).toMatch(/^\d+$/u);
    expect(refused.text, gone).toContain('The records cannot be read at the moment.');
    away.delete(gone);
    expect((await coordinator.get('/work')).status, gone).toBe(200);
  }
});

test('a form that could not be taken is sent again by one press, with all that was typed', async () => {
  const { away, coordinator, start } = await scene();
  const typed = Object.fromEntries(
    [...postedControls((await coordinator.get(start)).text)].map(([name, values]) => [
      name,
      name.startsWith('_') ? (values[0] ?? '') : `Typed for “${name}” & kept`,
    ]),
  );
  const inTime = await coordinator.post(start, typed);
  for (const gone of ['all', 'directory', 'commits'] as const) {
    away.add(gone);
    const refused = await coordinator.post(start, typed);
    expect(refused.status, gone).toBe(503);
    expect(refused.text, gone).toContain('Try again');
    away.delete(gone);
    const kept = Object.fromEntries(postedControls(refused.text));
    expect(
      Object.fromEntries(Object.entries(kept).map(([name, [value]]) => [name, value])),
    ).toEqual(typed);
    // It comes to the same as if it had been taken at once.
    expect((await coordinator.post(start, kept)).status, gone).toBe(inTime.status);
  }
});

test('a file that came with it has to be chosen again, and the form is shown for that', async () => {
  const { away, server, coordinator, start } = await scene();
  const form = new FormData();
  form.set('_step', 'send');
  form.set('title', 'No beds for men');
  form.set('file', new Blob(['%PDF-1.4\n']), 'paper.pdf');
  away.add('all');
  const refused = await fetch(`${server.url}${start}`, {
    method: 'POST',
    headers: { cookie: coordinator.cookie(), origin: server.url },
    body: form,
  });
  const page = await refused.text();
  expect(refused.status).toBe(503);
  expect(page).toContain('Files have to be chosen again');
  const kept = Object.fromEntries(postedControls(page));
  expect(kept).toMatchObject({ _step: ['change'], title: ['No beds for men'] });
  away.delete('all');
  const shown = await coordinator.post(start, kept);
  expect(shown.status).toBe(200);
  expect(shown.text).toContain('No beds for men');
});

test('what another site sends is not kept for a press of a button', async () => {
  const { away, server, coordinator, start } = await scene();
  away.add('all');
  const refused = await fetch(`${server.url}${start}`, {
    method: 'POST',
    headers: { cookie: coordinator.cookie(), origin: 'https://evil.example' },
    body: new URLSearchParams({ title: 'Theirs', _step: 'send' }),
  });
  expect(refused.status).toBe(403);
  expect(await refused.text()).not.toContain('Theirs');
});
