import type { ActionSite, Transition } from '../../state-tree.ts';
import { didYouMean, listed, quoted, type Report } from '../finding.ts';
import type { LintContext } from '../lint-context.ts';

/** Effects name templates, workflows, events and documents that exist; their results are waited for. */
export function checkEffects(context: LintContext, report: Report): void {
  const { tree, catalogue } = context;
  const people = new Map<string, Transition[]>();
  for (const transition of tree.transitions) {
    if (transition.kind !== 'on' || transition.config.meta?.label === undefined) continue;
    people.set(transition.name, [...(people.get(transition.name) ?? []), transition]);
  }
  for (const site of tree.actions) {
    const params = site.action.params ?? {};
    const at = `${site.pointer}/params`;
    const { type } = site.action;
    if (type === 'notify' || type === 'ask') {
      checkTemplate(
        params['template'],
        catalogue.templates.emails,
        `${at}/template`,
        'mail',
        report,
      );
    }
    if (type === 'document') {
      checkTemplate(
        params['template'],
        catalogue.templates.documents,
        `${at}/template`,
        'document',
        report,
      );
    }
    const attachments = (params['attachments'] ?? []) as readonly { template: string }[];
    for (const [index, { template }] of attachments.entries()) {
      const where = `${at}/attachments/${index}/template`;
      checkTemplate(template, catalogue.templates.documents, where, 'document', report);
    }
    if (type === 'start') checkWorkflow(params['workflow'], `${at}/workflow`, context, report);
    if (type === 'ask') checkAsk(site, people, context, report);
    if (params['attach'] !== undefined) {
      checkDocument(params['attach'], `${at}/attach`, context, report);
    }
    if (type === 'signal') checkSignal(site, context, report);
  }
  for (const [name, spec] of Object.entries(context.definition.deadlines ?? {})) {
    for (const [index, { template }] of (spec.reminders ?? []).entries()) {
      checkTemplate(
        template,
        catalogue.templates.emails,
        `/deadlines/${name}/reminders/${index}/template`,
        'mail',
        report,
      );
    }
    if (spec.chases) {
      checkTemplate(
        spec.chases.template,
        catalogue.templates.emails,
        `/deadlines/${name}/chases/template`,
        'mail',
        report,
      );
    }
  }
  checkSteps(context, report);
  checkResults(context, report);
}

function checkTemplate(
  id: unknown,
  known: ReadonlySet<string>,
  pointer: string,
  what: string,
  report: Report,
): void {
  if (typeof id !== 'string' || known.has(id)) return;
  report(
    pointer,
    'unknown-template',
    `There is no ${what} template ${quoted(id)}.`,
    `${didYouMean(id, known)}Write that template, or use one of: ${listed(known)}.`,
  );
}

function checkWorkflow(
  id: unknown,
  pointer: string,
  { definition, catalogue }: LintContext,
  report: Report,
): void {
  if (typeof id !== 'string' || catalogue.workflows.has(id) || id === definition.id) return;
  report(
    pointer,
    'unknown-workflow',
    `There is no workflow ${quoted(id)}.`,
    `${didYouMean(id, catalogue.workflows)}Write one of: ${listed(catalogue.workflows)}.`,
  );
}

function checkAsk(
  { action, pointer, siblings }: ActionSite,
  people: ReadonlyMap<string, readonly Transition[]>,
  context: LintContext,
  report: Report,
): void {
  const params = action.params ?? {};
  const { event, events, document } = params;
  if ((event === undefined) === (events === undefined)) {
    report(
      `${pointer}/params`,
      'exactly-one',
      'A link is for one "event", or for "events" that may be repeated.',
      'Write exactly one of "event" and "events".',
    );
  }
  const asked =
    typeof event === 'string' ? [event] : Array.isArray(events) ? (events as string[]) : [];
  for (const [index, name] of asked.entries()) {
    const at =
      typeof event === 'string' ? `${pointer}/params/event` : `${pointer}/params/events/${index}`;
    const transitions = people.get(name);
    if (!transitions) {
      report(
        at,
        'unknown-event',
        `No person takes an event ${quoted(name)} in this workflow.`,
        `${didYouMean(name, people.keys())}Write one of: ${listed(people.keys(), 20)}.`,
      );
      continue;
    }
    const decides = transitions.find(({ config }) => config.meta?.decides !== undefined)?.config
      .meta?.decides;
    if (decides !== undefined && document === undefined) {
      report(
        `${pointer}/params`,
        'ask-without-document',
        `${quoted(name)} decides on the document ${quoted(decides)}, but the link does not carry it.`,
        `Add "document": "${decides}".`,
      );
    }
  }
  if (typeof document !== 'string') return;
  if (!checkDocument(document, `${pointer}/params/document`, context, report)) return;
  if (siblings.some((one) => one.type === 'document' && one.params?.['name'] === document)) {
    report(
      pointer,
      'ask-before-document',
      `People are asked about ${quoted(document)} before it is made.`,
      `Ask on "effect.document.${document}", which comes once it is made and stored.`,
    );
  }
}

function checkSignal(
  { action, pointer }: ActionSite,
  { tree, definition }: LintContext,
  report: Report,
): void {
  const to = action.params?.['to'];
  if (
    to === 'children' &&
    !tree.actions.some(
      (one) => one.action.type === 'start' && one.action.params?.['linked'] !== true,
    )
  ) {
    report(
      `${pointer}/params/to`,
      'signal-to-nobody',
      'A signal goes to the children, but this workflow starts none.',
      'Start a child first, or send the signal elsewhere.',
    );
  }
  if (to === 'partnership' && definition.id === 'partnership') {
    report(
      `${pointer}/params/to`,
      'signal-to-nobody',
      'The partnership would send a signal to itself.',
      'Write "children", or use "always" with a gate.',
    );
  }
}

function checkSteps(context: LintContext, report: Report): void {
  const events = new Set(
    context.tree.transitions.filter(({ kind }) => kind === 'on').map(({ name }) => name),
  );
  for (const state of context.tree.states) {
    for (const [index, step] of (state.config.meta?.steps ?? []).entries()) {
      const at = `${state.pointer}/meta/steps/${index}`;
      if (step.workflow !== undefined)
        checkWorkflow(step.workflow, `${at}/workflow`, context, report);
      if (step.event !== undefined && !events.has(step.event)) {
        report(
          `${at}/event`,
          'unknown-event',
          `There is no event ${quoted(step.event)} in this workflow.`,
          `${didYouMean(step.event, events)}Write one of: ${listed(events, 20)}.`,
        );
      }
    }
  }
}

/** Handlers of results have an effect that brings them; signals have an instance that can send them. */
function checkResults({ tree, documents }: LintContext, report: Report): void {
  const starts = tree.actions.filter(({ action }) => action.type === 'start');
  const startNames = new Set(starts.map(({ action }) => String(action.params?.['name'])));
  const children = starts.some(({ action }) => action.params?.['linked'] !== true);
  const handled = new Set<string>();
  for (const { kind, name, pointer, config } of tree.transitions) {
    if (kind !== 'on') continue;
    handled.add(name);
    const [, effect, made = ''] = /^effect\.(document|start)\.(.+)$/u.exec(name) ?? [];
    const known = effect === 'document' ? documents : startNames;
    if (effect !== undefined && !known.has(made)) {
      report(
        pointer,
        'result-of-nothing',
        `No effect of this workflow brings ${quoted(name)}.`,
        `${didYouMean(made, known)}Add a "${effect}" effect called "${made}", or wait for one of: ${listed(known)}.`,
      );
    }
    if (config.meta?.signal?.includes('child') === true && !children) {
      report(
        `${pointer}/meta/signal`,
        'signal-from-nobody',
        'A signal is awaited from a child, but this workflow starts none.',
        'Start a child first, or name who really sends it: "parent", "partnership" or "linked".',
      );
    }
  }
  // A document that nothing waits for and nothing names is made for nobody.
  const used = documentsUsed(JSON.stringify(tree.root.config));
  const told = new Set<string>();
  for (const { action, pointer, transition, state } of tree.actions) {
    const { type } = action;
    if (type !== 'document' && type !== 'start') continue;
    const place = transition?.target ?? state;
    if (place.kind === 'final' && place.parent?.parent === null) {
      report(
        pointer,
        'effect-after-end',
        'The workflow ends here, so what this brings can no longer be taken.',
        `Do it in a state before, and end on "effect.${type}.${String(action.params?.['name'])}".`,
      );
      continue;
    }
    const name = String(action.params?.['name']);
    if (type !== 'document' || handled.has(`effect.document.${name}`)) continue;
    if (used.has(name) || told.has(name)) continue;
    told.add(name);
    report(
      pointer,
      'result-nobody-awaits',
      `The document ${quoted(name)} is made, but nothing waits for it or uses it.`,
      `Add "effect.document.${name}" to the state that follows, for example to tell people that it is there.`,
    );
  }
}

/** Documents that a path, an expression, a decision or a link names. */
function documentsUsed(machine: string): ReadonlySet<string> {
  const names = machine.matchAll(/documents\.([\w-]+)|"(?:document|decides)":"([\w-]+)"/gu);
  return new Set(Array.from(names, ([, path, word]) => path ?? word ?? ''));
}

/** True for a document that an effect of this workflow makes. */
function checkDocument(
  name: unknown,
  pointer: string,
  { documents }: LintContext,
  report: Report,
): boolean {
  const wanted = String(name);
  if (documents.has(wanted)) return true;
  report(
    pointer,
    'unknown-document',
    `No effect of this workflow makes the document ${quoted(wanted)}.`,
    `${didYouMean(wanted, documents)}Made here are: ${listed(documents)}.`,
  );
  return false;
}
