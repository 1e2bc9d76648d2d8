import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { startTestServer } from '../../support/test-server.ts';
import { storyWorkflows } from '../../faults/story-workflows.ts';
import { cast, tellStory } from '../../faults/told-story.ts';

const workflows = storyWorkflows();
const exporter = new InMemorySpanExporter();
const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
trace.setGlobalTracerProvider(provider);
afterAll(async () => {
  trace.disable();
  context.disable();
  await provider.shutdown();
});

test('an SDK in the process sees requests, steps, tasks, mails and documents, one inside the other', async () => {
  const server = await startTestServer({ workflows });
  onTestFinished(() => server.stop());
  const people = await cast(server);
  exporter.reset();
  const { instance } = await tellStory(server, people);
  const browser = await server.signIn(server.administrator);
  await browser.get('/set-up/readiness');
  await browser.get('/l/no-such-token');
  const spans = exporter.getFinishedSpans();
  const byId = new Map(spans.map((span) => [span.spanContext().spanId, span]));
  const chain = (span: ReadableSpan): readonly string[] => {
    const parent = byId.get(span.parentSpanContext?.spanId ?? '');
    return [...(parent ? chain(parent) : []), span.name];
  };
  const chains = new Set(spans.map((span) => chain(span).join(' > ')));
  const start = 'POST /partnerships/:partnership/start/:workflow > step';
  const decide = 'POST /l/:token/do/:event > step';
  for (const step of [start, decide]) {
    expect(chains).toContain(step);
    expect(chains).toContain(`${step} > store commits.append`);
  }
  expect(chains).toContain(`${decide} > store commits.head`);
  expect(chains).toContain(`${decide} > step engine`);
  expect(chains).toContain('task ask > mail outbox');
  expect(chains).toContain('GET /set-up/readiness > document render');

  const step = spans.find((span) => chain(span).join(' > ') === decide);
  expect(step?.attributes).toEqual({
    'concordat.workflow': 'approval-round',
    'concordat.outcome': 'committed',
  });
  const refused = spans.find(({ attributes }) => attributes['concordat.refused'] === 'not-found');
  expect(refused?.name).toBe('GET /l/:token');

  const told = JSON.stringify(
    spans.map(({ name, attributes, events, status }) => [name, attributes, events, status]),
  );
  const all = [server.administrator, people.manager, ...people.executives];
  for (const secret of [instance, ...all.flatMap(({ id, name, email }) => [id, name, email])]) {
    expect(told).not.toContain(secret);
  }
  expect(told).not.toContain('@');
});
