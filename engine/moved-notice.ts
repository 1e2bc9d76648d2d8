import type { CompiledWorkflow } from './compile.ts';
import type { NotifyEffect } from './effect.ts';
import type { JsonObject } from './json-value.ts';
import { tells } from './owing.ts';
import type { StepResult } from './step-result.ts';
import type { MovedDeadline } from './timer-table.ts';

/** What a mail says of deadlines that moved: each by its title, with its new time. */
export function movesInWords(
  { definition }: Pick<CompiledWorkflow, 'definition'>,
  moved: readonly MovedDeadline[],
): readonly JsonObject[] {
  return moved.map(({ deadline, to }) => ({
    title: definition.deadlines?.[deadline]?.title ?? deadline,
    due: to,
  }));
}

/**
 * A step that moved deadlines without anybody's doing in the record (public holidays, settings) tells
 * those concerned: the roles that these deadlines remind or chase, or everybody where they name none.
 * What was over before and is over still is worth no mail.
 */
export function tellingOfMoves(
  workflow: Pick<CompiledWorkflow, 'definition'>,
  result: StepResult,
  at: string,
  reason: string,
): StepResult {
  const { definition } = workflow;
  const moved = result.moved.filter(({ from, to }) => (from ?? '') > at || (to ?? '') > at);
  if (moved.length === 0) return result;
  const told = new Set(
    moved.flatMap(({ deadline }) => {
      const spec = definition.deadlines?.[deadline];
      return spec ? tells(spec) : [];
    }),
  );
  const notice: NotifyEffect = {
    type: 'notify',
    n: result.effects.length,
    to: told.size > 0 ? [...told] : Object.keys(definition.roles),
    of: null,
    template: 'dates-moved',
    attach: null,
    with: { reason, moves: movesInWords(workflow, moved) },
  };
  return { ...result, effects: [...result.effects, notice] };
}
