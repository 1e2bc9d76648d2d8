import { afterAll, describe, expect, test } from 'vitest';
import { sendEvent } from '../../server/use-cases/send-event.ts';
import { startWorkflow } from '../../server/use-cases/start-workflow.ts';
import { verifyStore } from '../../server/use-cases/verify-store.ts';
import { createToken } from '../../server/use-cases/api-tokens.ts';
import { apiClient, posted } from '../support/api-client.ts';
import { startMongoServer } from '../support/mongo-server.ts';
import { postedControls } from '../support/posted-controls.ts';
import { readOutbox } from '../support/read-outbox.ts';
import {
  APPROVAL_ROUND,
  asPerson,
  CALLER,
  ERRAND,
  TIMED_ANSWER,
  twoServers,
} from './two-servers.ts';

const mongo = await startMongoServer();
afterAll(() => mongo?.stop());

describe.skipIf(mongo === undefined)('of what comes to two servers at once', () => {
  const scene = (workflows: readonly string[]) =>
    twoServers(mongo?.newDatabase() ?? '', { workflows });

  test('ten children that signal their parent are each heard once, in the order of each', async () => {
    const story = await scene([TIMED_ANSWER, CALLER]);
    const { servers, place } = story;
    const [one, two] = servers;
    const asker = asPerson(await story.member(0, 'Mary Manager', 'manager'));
    const { instance } = await startWorkflow(one.services, asker, {
      workflow: 'timed-answer',
      partnership: place.id,
      form: { subject: 'Beds', answerBy: '2026-03-30' },
    });
    for (let n = 0; n < 10; n += 1) {
      await sendEvent(one.services, asker, { instance, event: 'CALL', fields: {} });
    }
    await story.settle();
    const { children } = (await story.history(instance)).at(-1)?.snapshot ?? { children: [] };
    expect(children).toHaveLength(10);
    const goOn = children.map((child, n) =>
      sendEvent((n % 2 === 0 ? one : two).services, asker, {
        instance: child.instance,
        event: 'GO_ON',
        fields: {},
      }),
    );
    await Promise.all(goOn);
    await story.settle();

    const history = await story.history(instance);
    const heard = history.filter(({ event }) => event.type === 'HEAR');
    expect(heard).toHaveLength(30);
    for (const { instance: child } of children) {
      const words = heard
        .filter(({ cause }) => cause.kind === 'signal' && cause.instance === child)
        .map(({ event }) => event['word']);
      expect(words).toEqual(['one', 'two', 'three']);
    }
    expect(history.at(-1)?.snapshot.data['heard']).toHaveLength(30);
    expect((await verifyStore(one.services.store)).findings).toEqual([]);
    expect(await one.services.store.tasks.list({ state: 'parked', limit: 9 })).toEqual([]);
  });

  test('the two last approvals both count, and what follows them happens once', async () => {
    const story = await scene([APPROVAL_ROUND, ERRAND]);
    const { servers, place } = story;
    const mary = await story.member(0, 'Mary Manager', 'manager');
    const executives = [
      await story.member(0, 'Edith Executive', 'executive'),
      await story.member(1, 'Emil Executive', 'executive'),
    ];
    for (let round = 0; round < 5; round += 1) {
      const { instance } = await startWorkflow(servers[0].services, asPerson(mary), {
        workflow: 'approval-round',
        partnership: place.id,
        form: { subject: `Round ${round}` },
      });
      await Promise.all(
        servers.map(({ services }, n) =>
          sendEvent(services, asPerson(executives[n] ?? mary), {
            instance,
            event: 'APPROVE',
            fields: { note: `by ${n}` },
          }),
        ),
      );
      await story.settle();
      const history = await story.history(instance);
      const { data, children, status } = history.at(-1)?.snapshot ?? {};
      expect(data?.['approvals']).toHaveLength(2);
      expect(children).toHaveLength(1);
      expect(data?.['errands']).toHaveLength(1);
      expect(status).toBe('done');
      const started = history.flatMap(({ tasks }) =>
        tasks.filter((change) => change.change === 'add' && change.task.kind === 'start'),
      );
      expect(started).toHaveLength(1);
    }
    const mails = (await Promise.all(servers.map(({ outbox }) => readOutbox(outbox)))).flat();
    const closing = mails.filter(({ subject }) => subject?.includes('Done: ') === true);
    expect(closing).toHaveLength(5 * executives.length);
  });

  test('a form that is sent twice is taken once, and both answers lead to the same page', async () => {
    const story = await scene([APPROVAL_ROUND, ERRAND]);
    const { servers, place } = story;
    const mary = await story.member(0, 'Mary Manager', 'manager');
    const browsers = await Promise.all(servers.map((server) => server.signIn(mary)));
    const start = `/partnerships/${place.id}/start/approval-round`;
    const sentTwice = async (path: string, typed: Readonly<Record<string, string>>) => {
      const form = [...postedControls((await browsers[0]?.get(path))?.text ?? '')];
      const controls = Object.fromEntries(form.map(([name, [value = '']]) => [name, value]));
      const fields = { ...controls, ...typed, _step: 'send' };
      return Promise.all(browsers.map((browser) => browser.post(path, fields)));
    };
    for (let round = 0; round < 5; round += 1) {
      const begun = await sentTwice(start, { subject: `Round ${round}` });
      expect(begun.map(({ status }) => status)).toEqual([303, 303]);
      const [instance, other] = begun.map(({ location }) => location?.split('/').at(-1) ?? '');
      expect(instance).toBe(other);
      const path = `/instances/${instance}/do/NOTE`;
      const noted = await sentTwice(path, { text: `Said once in round ${round}` });
      expect(noted.map(({ status }) => status)).toEqual([303, 303]);
      const history = await story.history(instance ?? '');
      expect(history.filter(({ event }) => event.type === 'NOTE')).toHaveLength(1);
    }
    const { store } = servers[1].services;
    const { rows } = await store.instances.list({ workflow: 'approval-round', limit: 99 });
    expect(rows).toHaveLength(5);
  });

  test('what leaves its state and is sent to both at once is recorded once, and both are told so', async () => {
    const story = await scene([TIMED_ANSWER, CALLER]);
    const [one, two] = story.servers;
    const asker = asPerson(await story.member(0, 'Mary Manager', 'manager'));
    const { instance } = await startWorkflow(one.services, asker, {
      workflow: 'timed-answer',
      partnership: story.place.id,
      form: { subject: 'Beds', answerBy: '2026-03-30' },
    });
    const request = { instance, event: 'ANSWER', fields: {}, idempotencyKey: 'one form' };
    const { store } = two.services;
    let first: Promise<unknown> | undefined;
    const commits = {
      ...store.commits,
      // nothing is found, and at this moment the other server takes it
      async findByIdempotencyKey(...asked: readonly [string, string]) {
        const found = await store.commits.findByIdempotencyKey(...asked);
        if (first === undefined) await (first = sendEvent(one.services, asker, request));
        return found;
      },
    };
    const late = { ...two.services, store: { ...store, commits } };
    expect(await sendEvent(late, asker, request)).toMatchObject({
      ...((await first) as object),
      repeated: true,
    });
    const history = await story.history(instance);
    expect(history.filter(({ event }) => event.type === 'ANSWER')).toHaveLength(1);
  });

  test('an idempotency key gives the same answer from both; another request under it is refused', async () => {
    const story = await scene([APPROVAL_ROUND, ERRAND]);
    const { servers, place } = story;
    const mary = await story.member(0, 'Mary Manager', 'manager');
    const { email } = mary;
    const options = { email, label: 'tests', expires: null };
    const { token } = await createToken(servers[0].services, options);
    const programs = servers.map(({ url }) => apiClient(url, token));
    const both = (path: string, bodies: readonly unknown[], key: string) =>
      Promise.all(programs.map((program, n) => program.send('POST', path, posted(bodies[n], key))));
    for (let round = 0; round < 5; round += 1) {
      const body = {
        workflow: 'approval-round',
        partnership: place.id,
        form: { subject: `Round ${round}` },
      };
      const begun = await both('/instances', [body, body], `start-${round}`);
      expect(begun.map(({ status }) => status)).toEqual([201, 201]);
      const [first, second] = begun.map(({ json }) => json as Recorded);
      expect(second).toMatchObject(answerIn(first));
      const path = `/instances/${first?.instance ?? ''}/events`;
      const note = (text: string) => ({ event: 'NOTE', fields: { text } });
      const noted = await both(path, [note('same'), note('same')], `note-${round}`);
      expect(noted.map(({ status }) => status)).toEqual([200, 200]);
      expect(noted[1]?.json).toMatchObject(answerIn(noted[0]?.json as Recorded));
      const differing = await both(path, [note('mine'), note('other')], `other-${round}`);
      expect(new Set(differing.map(({ status }) => status))).toEqual(new Set([200, 422]));
      const history = await story.history(first?.instance ?? '');
      expect(history.filter(({ event }) => event.type === 'NOTE')).toHaveLength(2);
    }
  });
});

interface Recorded {
  readonly instance: string;
  readonly seq: number;
  readonly hash: string;
}

function answerIn({ instance = '', seq = 0, hash = '' }: Partial<Recorded> = {}): Recorded {
  return { instance, seq, hash };
}
