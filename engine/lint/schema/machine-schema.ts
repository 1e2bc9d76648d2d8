import type {
  MachineConfig,
  StateMeta,
  StepSpec,
  TransitionConfig,
  TransitionMeta,
} from '../../definition.ts';
import {
  flag,
  listOf,
  mapOf,
  objectOf,
  oneOrMore,
  ref,
  type SchemaPart,
  text,
} from './schema-parts.ts';

const transitions = oneOrMore(
  ref('transition'),
  'One transition, or several told apart by guards.',
);
const actions = oneOrMore(ref('action'), 'One effect, or several in their order.');
const target: SchemaPart = {
  description:
    'A state: the key of a neighbour, ".child" of this state, or "#id". Absent: the state stays.',
  type: 'string',
  maxLength: 300,
  pattern: '^(#|\\.)?[A-Za-z(][A-Za-z0-9_.()-]*$',
};

/** States and transitions: XState v5, in the part that Concordat uses. */
export const machineDefinitions: Readonly<Record<string, SchemaPart>> = {
  state: objectOf<MachineConfig>('A state, as XState v5 writes it.', {
    id: ref('name', 'An id by which "#id" finds this state; unique in the machine.'),
    initial: ref('stateKey', 'The key of the state inside it that comes first.'),
    type: {
      description: 'A kind of state there is.',
      enum: ['atomic', 'compound', 'parallel', 'final', 'history'],
    },
    history: { enum: ['shallow', 'deep'] },
    target,
    meta: ref('stateMeta'),
    states: mapOf(ref('stateKey'), ref('state'), 'The states inside it, by their key.', 300),
    on: mapOf(ref('eventName'), transitions, 'What each event does here.'),
    after: mapOf(ref('name'), transitions, 'Deadlines that run here, by name, and what they do.'),
    always: oneOrMore(ref('transition'), 'Taken at once when its gate allows it.'),
    onDone: oneOrMore(ref('transition'), 'Taken when the states inside have come to their end.'),
    entry: actions,
    exit: actions,
    description: text('A note for authors.', 4000),
    tags: listOf(ref('name'), 'Words to find states by.', 0),
  }),
  stateKey: {
    description: 'The key of a state: a letter, then letters, digits, "_" and "-".',
    type: 'string',
    pattern: '^[A-Za-z][A-Za-z0-9_-]{0,63}$',
  },
  eventName: {
    description:
      'The name of an event in capitals ("RESOLVE"), "effect.document.NAME" or "effect.start.NAME".',
    type: 'string',
    pattern: '^([A-Z][A-Z0-9_]{0,63}|effect\\.(document|start)\\.[A-Za-z][A-Za-z0-9_-]{0,63})$',
  },
  stateMeta: objectOf<StateMeta>('What people read about this state.', {
    title: text('The state in plain words.', 120),
    hint: text('A line below the title.', 500),
    waiting: text('What the people wait for here, in one sentence.', 300),
    outcome: { description: 'How it went, on a final state.', enum: ['good', 'neutral', 'bad'] },
    banner: text('Shown on every page of the partnership while in this state.', 200),
    steps: {
      description: 'The steps of this stage, shown as a task list.',
      type: 'array',
      items: ref('step'),
      minItems: 1,
      maxItems: 50,
    },
  }),
  step: objectOf<StepSpec>(
    "One row of a stage's task list.",
    {
      id: ref('name'),
      title: text('What is to be done.', 200),
      owner: ref('name', 'The role who does it.'),
      source: text('The guide it comes from.', 200),
      doneWhen: ref('cel', 'True once it is done.'),
      startedWhen: ref('cel', 'True once it has been started.'),
      due: ref('path', 'A path to the date it is due.'),
      event: ref('personEvent', 'The event that does this step.'),
      workflow: ref('identifier', 'The workflow that does this step.'),
    },
    ['id', 'title', 'owner', 'doneWhen'],
  ),
  transition: objectOf<TransitionConfig>(
    'Where it goes, under which gate, and what happens then.',
    {
      target,
      guard: ref('guard'),
      actions,
      reenter: flag('Leaves the state and enters it again, so that its deadlines start afresh.'),
      description: text('A note for authors.', 4000),
      meta: ref('transitionMeta'),
    },
  ),
  transitionMeta: objectOf<TransitionMeta>('Who takes this transition, and what they read.', {
    label: text('The words on the button; a person takes this transition.', 120),
    hint: text('A line below the button.', 500),
    by: ref('roleNames', 'The roles who may take it.'),
    form: ref('form'),
    confirm: text('Asked before it is done.', 500),
    eachParty: flag('Each of data.parties takes it for itself.'),
    decides: ref('name', 'The document that is decided on.'),
    about: listOf(
      ref('name'),
      'What is decided on where it is no document: fields of the data, shown with the form.',
    ),
    story: text('What the history says; {names} are filled in from the event.', 300),
    optional: flag('It may be done at any time and nobody waits for it.'),
    grave: flag('It cannot easily be undone.'),
    signal: listOf(
      { enum: ['parent', 'child', 'partnership', 'linked'] },
      'The instances whose signal takes it.',
    ),
  }),
};
