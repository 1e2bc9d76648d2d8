import { compileCel } from './cel.ts';
import type { CompiledWorkflow } from './compile.ts';
import { ConcordatError } from './errors.ts';
import type { NotifyEffect } from './effect.ts';
import type { JsonObject } from './json-value.ts';
import type { EngineEvent, Scope } from './scope.ts';
import type { Data } from './snapshot.ts';
import { movesInWords } from './moved-notice.ts';
import { checkData } from './step-result.ts';
import type { MovedDeadline } from './timer-table.ts';

export interface Correction {
  readonly data: Data;
  readonly story: string;
  /** The mail to those concerned, once it is known which deadlines move. */
  readonly notice: (moved: readonly MovedDeadline[]) => Omit<NotifyEffect, 'n'>;
}

/**
 * The data after a coordinator's correction: `event.changes` by field (null takes a value away) and
 * `event.reason`. Both old and new stand in the history. Throws `invalid-input` for a missing reason,
 * an unknown or a private field, `not-allowed` for one that is locked (what has been signed).
 */
export function correctData(
  { definition, ...workflow }: CompiledWorkflow,
  event: EngineEvent,
  scope: Scope,
): Correction {
  const changes = event['changes'];
  const reason = event['reason'];
  if (typeof reason !== 'string' || reason.trim() === '') {
    throw refused('Say why this is corrected: the reason stays in the history.');
  }
  if (changes === null || typeof changes !== 'object' || Array.isArray(changes)) {
    throw refused('Say what is to be corrected.');
  }
  const fields = Object.keys(changes);
  if (fields.length === 0) throw refused('Nothing was changed, so there is nothing to correct.');
  const properties = definition.data.properties ?? {};
  const titles: string[] = [];
  for (const field of fields) {
    const schema = Object.hasOwn(properties, field) ? properties[field] : undefined;
    if (!schema) throw refused('One of the corrected fields is not part of this record.');
    if (schema.seenBy) {
      throw refused('One of the corrected fields is private: whoever wrote it records it anew.');
    }
    titles.push(schema.title ?? field);
    checkNotLocked(definition.locked ?? [], field, scope);
  }
  const data: Record<string, Data[string]> = { ...scope.data };
  for (const [field, value] of Object.entries(changes as JsonObject)) {
    if (value === null) delete data[field];
    else data[field] = value;
  }
  checkData({ definition, ...workflow }, data);
  return {
    data,
    story: `Corrected: ${titles.join(', ')}`,
    notice: (moved) => ({
      type: 'notify',
      to: Object.keys(definition.roles),
      of: null,
      template: 'correction',
      attach: null,
      with: {
        changes: titles,
        reason,
        moves: movesInWords({ definition }, moved),
      },
    }),
  };
}

function checkNotLocked(
  locked: NonNullable<CompiledWorkflow['definition']['locked']>,
  field: string,
  scope: Scope,
): void {
  const lock = locked.find(
    ({ fields, when }) =>
      fields.includes(field) && (when === undefined || compileCel(when)(scope) !== false),
  );
  if (!lock) return;
  throw new ConcordatError('not-allowed', `"${field}" is locked`, { userMessage: lock.otherwise });
}

function refused(userMessage: string): ConcordatError {
  return new ConcordatError('invalid-input', userMessage, { userMessage });
}
