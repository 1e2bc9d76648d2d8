import {
  type Attributes,
  isSpanContextValid,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { isConcordatError } from '../../engine/errors.ts';
import {
  EVERYTHING,
  type Learn,
  type Observer,
  type Watched,
  type WatchedKind,
} from './observer.ts';

/** How a span of each kind is called, from what is known of it when it ends. */
const NAMES: { readonly [Kind in WatchedKind]: (facts: Partial<Watched[Kind]>) => string } = {
  request: ({ method, route }) => `${method ?? ''} ${route ?? ''}`.trim(),
  step: () => 'step',
  engine: () => 'step engine',
  task: ({ kind }) => `task ${kind ?? ''}`,
  mail: ({ way }) => `mail ${way ?? ''}`,
  document: ({ job }) => `document ${job ?? ''}`,
  store: ({ operation }) => `store ${operation ?? ''}`,
};

/**
 * OpenTelemetry spans of what is watched, inside one another as the work is; null without an SDK, which
 * has to be there before. An error is told by its code alone: its message may name people.
 */
export function createSpans(): Observer | null {
  const tracer = trace.getTracer('concordat');
  // without an SDK a span is nobody's: it has no number
  if (!isSpanContextValid(tracer.startSpan('start').spanContext())) return null;
  return {
    heeds: EVERYTHING,
    watch<Kind extends WatchedKind, Result>(
      kind: Kind,
      facts: Partial<Watched[Kind]>,
      work: (learn: Learn<Kind>) => Promise<Result>,
    ): Promise<Result> {
      const options = { kind: kind === 'request' ? SpanKind.SERVER : SpanKind.INTERNAL };
      return tracer.startActiveSpan(NAMES[kind](facts), options, async (span) => {
        let known = facts;
        try {
          return await work((more) => {
            known = { ...known, ...more };
          });
        } catch (error) {
          const code = isConcordatError(error) ? error.code : 'internal';
          span.setStatus({ code: SpanStatusCode.ERROR, message: code });
          throw error;
        } finally {
          if (span.isRecording()) describe(span, kind, known);
          span.end();
        }
      });
    },
    refused(code) {
      trace.getActiveSpan()?.setAttribute('concordat.refused', code);
    },
  };
}

function describe<Kind extends WatchedKind>(
  span: Span,
  kind: Kind,
  facts: Partial<Watched[Kind]>,
): void {
  span.updateName(NAMES[kind](facts));
  const attributes: Attributes = {};
  for (const [name, value] of Object.entries(facts) as [string, string | number][]) {
    attributes[`concordat.${name}`] = value;
  }
  span.setAttributes(attributes);
  const { status } = facts as { status?: number };
  if (status !== undefined && status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
}
