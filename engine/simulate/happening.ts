import type { Effect } from '../effect.ts';
import type { JsonObject } from '../json-value.ts';
import type { ActingPerson, EngineEvent } from '../scope.ts';

/** Something that happened, in order: what the story, the mails and the dates are told from. */
export type Happening =
  | {
      readonly kind: 'story';
      readonly at: string;
      readonly text: string;
      readonly by: ActingPerson | null;
      readonly event: EngineEvent;
    }
  | {
      readonly kind: 'mail';
      readonly at: string;
      readonly why: 'notify' | 'ask' | 'calendar' | 'reminder' | 'chase' | 'handover';
      readonly template: string;
      readonly to: readonly string[];
      readonly of: string | null;
    }
  | {
      readonly kind: 'place';
      readonly at: string;
      readonly states: readonly string[];
      readonly title: string;
    }
  | {
      readonly kind: 'document';
      readonly at: string;
      readonly name: string;
      readonly title: string;
      readonly template: string;
      readonly data: JsonObject;
    }
  | {
      readonly kind: 'start';
      readonly at: string;
      readonly workflow: string;
      readonly instance: string;
    }
  | { readonly kind: 'signal'; readonly at: string; readonly event: string; readonly to: string }
  | {
      readonly kind: 'due';
      readonly at: string;
      readonly deadline: string;
      readonly dueAt: string | null;
      readonly moved: boolean;
    };

/** What an effect lets people see. */
export function happeningsOf(effect: Effect, at: string): Happening[] {
  switch (effect.type) {
    case 'notify':
    case 'ask': {
      const { type, template, to, of } = effect;
      return [{ kind: 'mail', at, why: type, template, to, of }];
    }
    case 'calendar': {
      const { name, to, of } = effect;
      return [{ kind: 'mail', at, why: 'calendar', template: name, to, of }];
    }
    case 'document': {
      const { name, title, template, data } = effect;
      return [{ kind: 'document', at, name, title, template, data }];
    }
    case 'signal':
      return [
        {
          kind: 'signal',
          at,
          event: effect.event,
          to: typeof effect.to === 'string' ? effect.to : effect.to.instance,
        },
      ];
    default:
      return [];
  }
}
