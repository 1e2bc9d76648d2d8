import {
  type ActionConfig,
  listOf,
  type OneOrMore,
  type WorkflowDefinition,
} from '../definition.ts';
import { durationInWords, fieldTitle, words } from './duration-words.ts';
import { inWords } from '../in-words.ts';

/** Names of what a workflow refers to outside itself, as people know them. */
export interface OutsideNames {
  readonly email?: (id: string) => string | undefined;
  readonly workflow?: (id: string) => string | undefined;
}

/** What effects do, a sentence each; recording is not worth one. */
export function effectsInWords(
  actions: OneOrMore<ActionConfig> | undefined,
  definition: WorkflowDefinition,
  names: OutsideNames,
): readonly string[] {
  return listOf(actions).flatMap((action) => effectInWords(action, definition, names));
}

/** Titles of roles, in words. */
export function rolesInWords(roles: unknown, definition: WorkflowDefinition): string {
  const list = Array.isArray(roles) ? (roles as readonly string[]) : [];
  return inWords(
    list.map((role) => definition.roles[role]?.title ?? words(role)),
    'and',
  );
}

function effectInWords(
  { type, params = {} }: ActionConfig,
  definition: WorkflowDefinition,
  names: OutsideNames,
): readonly string[] {
  const who = recipients(params, definition);
  const each = forEachInWords(params['forEach'], definition);
  switch (type) {
    case 'notify':
      return [`A mail goes to ${who}${each}: ${mail(params['template'], names)}.`];
    case 'ask': {
      const events = (params['events'] ?? [params['event']]) as readonly string[];
      const labels = events.map((event) => `“${labelOf(event, definition)}”`);
      const expires = typeof params['expires'] === 'string' ? params['expires'] : 'P90D';
      return [
        `A personal link goes by mail to ${who}${each}, for ${inWords(labels, 'and')}; it lasts ${durationInWords(expires)}.`,
      ];
    }
    case 'document':
      return [`The document “${title(params['title'], params['name'])}” is made${each}.`];
    case 'start': {
      const id = String(params['workflow']);
      return [`“${names.workflow?.(id) ?? sentenceCase(words(id))}” begins${each}.`];
    }
    case 'signal':
      return [`${receiver(params['to'], definition)} told${each}.`];
    case 'calendar':
      return [
        `A calendar entry goes to ${who}${each}: “${title(params['title'], params['name'])}”, on the date “${fieldTitle(String(params['on']), definition)}”.`,
      ];
    default:
      return [];
  }
}

function recipients(
  params: Readonly<Record<string, unknown>>,
  definition: WorkflowDefinition,
): string {
  const roles = rolesInWords(params['to'], definition);
  const of = typeof params['of'] === 'string' ? params['of'] : '';
  if (params['person'] !== undefined) return `${roles}, to one person alone`;
  if (of === '') return roles;
  if (of.startsWith('item')) return `${roles} of that organisation`;
  if (of === 'event.party' || of === 'party' || of.startsWith('by.')) {
    return `${roles} of the organisation that acted`;
  }
  return `${roles} of “${fieldTitle(of, definition)}”`;
}

function forEachInWords(path: unknown, definition: WorkflowDefinition): string {
  return typeof path === 'string' ? `, for each of “${fieldTitle(path, definition)}”` : '';
}

function mail(template: unknown, names: OutsideNames): string {
  const id = String(template);
  return names.email?.(id) ?? words(id);
}

function title(value: unknown, name: unknown): string {
  return typeof value === 'string' ? value : sentenceCase(words(String(name)));
}

function receiver(to: unknown, definition: WorkflowDefinition): string {
  if (to === 'parent') return 'What this belongs to is';
  if (to === 'partnership') return 'The partnership is';
  if (to === 'children') return 'All that began from here are';
  const from = (to as { from?: string } | null)?.from;
  return from === undefined ? 'Another record is' : `“${fieldTitle(from, definition)}” is`;
}

function labelOf(event: string, definition: WorkflowDefinition): string {
  return findLabel(definition.machine, event) ?? words(event);
}

function findLabel(node: WorkflowDefinition['machine'], event: string): string | undefined {
  const here = listOf(node.on?.[event]).find(({ meta }) => meta?.label !== undefined);
  if (here) return here.meta?.label;
  for (const child of Object.values(node.states ?? {})) {
    const label = findLabel(child, event);
    if (label !== undefined) return label;
  }
  return undefined;
}

function sentenceCase(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
