import type { JsonObject } from '../../../engine/json-value.ts';
import type { DemoWorld } from '../demo-world.ts';

export interface Position {
  readonly position: 'continue' | 'vary' | 'end' | 'look-closer';
  readonly reasons: string;
  readonly wanted?: string;
}

/** Each organisation gives its position from the link in its mail; then the outcome is recorded. */
export async function holdReview(
  world: DemoWorld,
  given: {
    readonly review: string;
    readonly positions: Readonly<Record<string, Position>>;
    readonly by: string;
    readonly outcome: JsonObject;
  },
): Promise<void> {
  for (const [who, position] of Object.entries(given.positions)) {
    await world.actByMail(who, given.review, 'GIVE_POSITION', { ...position });
  }
  await world.act(given.by, given.review, 'RECORD_OUTCOME', given.outcome);
}
