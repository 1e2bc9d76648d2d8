import { describe, expect, it } from 'vitest';
import { type Finding, lintDefinition } from '../../engine/lint.ts';
import { RULE_CODES, type RuleCode } from '../../engine/lint/finding.ts';
import { sampleCatalogue, sampleWorkflow } from '../support/sample-workflow.ts';

/** A mistake: the rule that finds it, what is written where, and where and how to mend it. */
interface Case {
  readonly rule: RuleCode;
  readonly why: string;
  readonly write: Readonly<Record<string, unknown>>;
  readonly pointer: string;
  readonly mend: RegExp;
}

const OPEN = '/machine/states/open';
const ANSWER = `${OPEN}/on/ANSWER`;
const RAISE = `${OPEN}/on/RAISE`;
const SIGNING = '/machine/states/deciding/states/signing';
const WRITING = '/machine/states/deciding/states/writing';
const CLOSE = '/machine/states/closing/on/CLOSE';
const CRITERIA = `${CLOSE}/guard/params/all`;

const cel = (text: string): object => ({ cel: text, otherwise: 'Not yet.' });
const text = (more: object = {}): object => ({ type: 'string', title: 'T', maxLength: 9, ...more });
const person = (more: object = {}): object => ({
  target: 'closed',
  meta: { label: 'Do it', by: ['asker'], ...more },
});
const mailWith = (attach: string): object => ({
  type: 'notify',
  params: { to: ['manager'], template: 'question-asked', attach },
});
const state = (more: object = {}): object => ({ meta: { title: 'Aside' }, ...more });

const CASES: readonly Case[] = [
  // size and names
  {
    rule: 'too-large',
    why: 'more than 512 kB',
    write: { '/summary': 'x'.repeat(600_000) },
    pointer: '',
    mend: /Split/,
  },
  {
    rule: 'too-deep',
    why: 'more than 40 levels',
    write: { '/data/default': nested(50) },
    pointer: `/data/default${'/0'.repeat(39)}`,
    mend: /Flatten/,
  },
  {
    rule: 'too-many-states',
    why: '301 states',
    write: { '/machine/states': many(301, 's', () => state()) },
    pointer: '/machine',
    mend: /Split/,
  },
  {
    rule: 'too-many-transitions',
    why: '2,001 transitions',
    write: { [`${OPEN}/on`]: many(2_001, 'E', () => 0) },
    pointer: '/machine',
    mend: /Split/,
  },
  {
    rule: 'not-json',
    why: 'a number that is none',
    write: { '/version': Number.NaN },
    pointer: '/version',
    mend: /number/,
  },
  {
    rule: 'reserved-name',
    why: 'a field called constructor',
    write: { '/data/properties/constructor': text() },
    pointer: '/data/properties/constructor',
    mend: /another name/,
  },
  {
    rule: 'reserved-name',
    why: 'a field that the engine sets itself',
    write: { '/data/properties/party': text() },
    pointer: '/data/properties/party',
    mend: /Not free are: type, party/,
  },
  {
    rule: 'reserved-event',
    why: "an event of XState's",
    write: { [`${OPEN}/on/xstate.init`]: person() },
    pointer: `${OPEN}/on/xstate.init`,
    mend: /capitals/,
  },
  {
    rule: 'reserved-event',
    why: 'an event for everything',
    write: { [`${OPEN}/on/*`]: person() },
    pointer: `${OPEN}/on/*`,
    mend: /capitals/,
  },
  {
    rule: 'wrong-name',
    why: 'an event in small letters',
    write: { [`${OPEN}/on/answer`]: person() },
    pointer: `${OPEN}/on/answer`,
    mend: /capitals/,
  },
  {
    rule: 'number-as-state-key',
    why: 'a state called 1',
    write: { '/machine/states/1': state() },
    pointer: '/machine/states/1',
    mend: /letter/,
  },
  // form of the file
  {
    rule: 'unknown-keyword',
    why: 'a slip of the keyboard',
    write: { '/machine/states/closing/onn': {} },
    pointer: '/machine/states/closing/onn',
    mend: /Did you mean "on"\?/,
  },
  {
    rule: 'missing-keyword',
    why: 'a role without title',
    write: { '/roles/manager/title': undefined },
    pointer: '/roles/manager',
    mend: /Add "title"\. The role in plain words/,
  },
  {
    rule: 'wrong-type',
    why: 'a version as text',
    write: { '/version': '1' },
    pointer: '/version',
    mend: /published version/,
  },
  {
    rule: 'wrong-form',
    why: 'an id with a blank',
    write: { '/id': 'my workflow' },
    pointer: '/id',
    mend: /lower case/,
  },
  {
    rule: 'wrong-value',
    why: 'data that are a list',
    write: { '/data/type': 'array' },
    pointer: '/data/type',
    mend: /"object"/,
  },
  {
    rule: 'unknown-value',
    why: 'an outcome there is not',
    write: { '/machine/states/closed/meta/outcome': 'great' },
    pointer: '/machine/states/closed/meta/outcome',
    mend: /good, neutral, bad/,
  },
  {
    rule: 'out-of-bounds',
    why: 'chases without number',
    write: { '/deadlines/answerDue/chases/max': 0 },
    pointer: '/deadlines/answerDue/chases/max',
    mend: /at most/,
  },
  {
    rule: 'said-twice',
    why: 'the same role twice',
    write: { '/start/by': ['asker', 'asker'] },
    pointer: '/start/by',
    mend: /Take one/,
  },
  {
    rule: 'exactly-one',
    why: 'a criterion of two kinds',
    write: { [`${CRITERIA}/0`]: { cel: 'true', none: '[]', otherwise: 'No.' } },
    pointer: `${CRITERIA}/0`,
    mend: /"schema", "cel" or "none"/,
  },
  {
    rule: 'exactly-one',
    why: 'a link for nothing',
    write: { [`${WRITING}/on/effect.document.paper/actions/0/params/event`]: undefined },
    pointer: `${WRITING}/on/effect.document.paper/actions/0/params`,
    mend: /exactly one of "event"/,
  },
  {
    rule: 'unknown-state-type',
    why: 'type: finale',
    write: { '/machine/states/closed/type': 'finale' },
    pointer: '/machine/states/closed/type',
    mend: /Did you mean "final"\?/,
  },
  {
    rule: 'unknown-guard',
    why: 'a guard there is not',
    write: { [`${CLOSE}/guard/type`]: 'meet' },
    pointer: `${CLOSE}/guard/type`,
    mend: /Did you mean "meets"\?/,
  },
  {
    rule: 'unknown-guard',
    why: 'a guard called constructor',
    write: { [`${CLOSE}/guard/type`]: 'constructor' },
    pointer: `${CLOSE}/guard/type`,
    mend: /meets, everyParty, signedOff/,
  },
  {
    rule: 'unknown-action',
    why: 'an effect there is not',
    write: { [`${CLOSE}/actions/0/type`]: 'email' },
    pointer: `${CLOSE}/actions/0/type`,
    mend: /record, notify/,
  },
  // states
  {
    rule: 'duplicate-id',
    why: 'two states with one id',
    write: { [`${OPEN}/id`]: 'x', '/machine/states/closing/id': 'x' },
    pointer: '/machine/states/closing/id',
    mend: /of its own/,
  },
  {
    rule: 'missing-states',
    why: 'a parallel state without regions',
    write: { '/machine/states/closing/type': 'parallel' },
    pointer: '/machine/states/closing',
    mend: /Add "states"/,
  },
  {
    rule: 'missing-initial',
    why: 'no first state',
    write: { '/machine/initial': undefined },
    pointer: '/machine',
    mend: /open, deciding/,
  },
  {
    rule: 'word-on-wrong-state',
    why: 'a final state with events',
    write: { '/machine/states/closed/on': { CLOSE: person() } },
    pointer: '/machine/states/closed/on',
    mend: /Take "on" out/,
  },
  {
    rule: 'word-on-wrong-state',
    why: 'an outcome in the middle',
    write: { [`${OPEN}/meta/outcome`]: 'good' },
    pointer: `${OPEN}/meta/outcome`,
    mend: /"type": "final"/,
  },
  {
    rule: 'never-done',
    why: 'onDone where nothing is final',
    write: {
      '/machine/states/deciding/states/signed': state({
        on: { BACK: { target: 'writing', meta: { label: 'Back', by: ['asker'] } } },
      }),
    },
    pointer: '/machine/states/deciding/onDone',
    mend: /"type": "final"/,
  },
  {
    rule: 'state-without-title',
    why: 'a state nobody can name',
    write: { [`${OPEN}/meta`]: undefined },
    pointer: OPEN,
    mend: /"title"/,
  },
  {
    rule: 'final-without-outcome',
    why: 'an end without outcome',
    write: { '/machine/states/closed/meta/outcome': undefined },
    pointer: '/machine/states/closed',
    mend: /"good", "neutral" or "bad"/,
  },
  {
    rule: 'unreachable-state',
    why: 'a state nothing leads to',
    write: { '/machine/states/aside': state({ on: { BACK: person() } }) },
    pointer: '/machine/states/aside',
    mend: /Add a transition/,
  },
  {
    rule: 'no-end',
    why: 'a state without way out',
    write: {
      '/machine/states/aside': state(),
      [`${OPEN}/on/ASIDE`]: { target: 'aside', meta: { label: 'Aside', by: ['asker'] } },
    },
    pointer: '/machine/states/aside',
    mend: /final state/,
  },
  {
    rule: 'no-end',
    why: 'a machine without an end',
    write: { '/machine/states/closed': state(), '/machine/states/withdrawn': state() },
    pointer: '/machine',
    mend: /"type": "final"/,
  },
  {
    rule: 'endless-always',
    why: 'two states that send each other back',
    write: {
      '/machine/states/closing/always': { target: 'again' },
      '/machine/states/again': state({ always: { target: 'closing' }, on: { CLOSE_IT: person() } }),
    },
    pointer: '/machine/states/closing/always',
    mend: /"guard"/,
  },
  {
    rule: 'endless-always',
    why: 'one gate that stays open',
    write: { [`${OPEN}/always/target`]: undefined },
    pointer: `${OPEN}/always`,
    mend: /outside the round/,
  },
  // transitions
  {
    rule: 'unknown-target',
    why: 'a target there is not',
    write: { [`${CLOSE}/target`]: 'close' },
    pointer: `${CLOSE}/target`,
    mend: /Did you mean "closed"\?/,
  },
  {
    rule: 'unknown-target',
    why: 'a first state there is not',
    write: { '/machine/initial': 'opened' },
    pointer: '/machine/initial',
    mend: /Did you mean "open"\?/,
  },
  {
    rule: 'does-nothing',
    why: 'a gate before nothing',
    write: {
      [`${OPEN}/on/WAIT`]: { guard: guard('true'), meta: { label: 'Wait', by: ['asker'] } },
    },
    pointer: `${OPEN}/on/WAIT`,
    mend: /"target"/,
  },
  {
    rule: 'never-told-apart',
    why: 'a second way that is never taken',
    write: {
      [`${OPEN}/on/RAISE`]: [person(), person({ label: 'Other' })],
      [`${OPEN}/on/ESCALATED`]: undefined,
      [`${OPEN}/on/WITHDRAW/actions`]: undefined,
    },
    pointer: `${RAISE}/1`,
    mend: /"guard"/,
  },
  {
    rule: 'never-told-apart',
    why: 'the same gate twice',
    write: {
      '/machine/states/closing/always': [
        { target: 'closed', guard: guard('data.level > 1') },
        { target: 'withdrawn', guard: guard('data.level > 1') },
      ],
    },
    pointer: '/machine/states/closing/always/1',
    mend: /"guard"/,
  },
  {
    rule: 'event-on-two-levels',
    why: 'one event on a state and around it',
    write: {
      '/machine/on': { CLOSE: { target: '.withdrawn', meta: { label: 'Close', by: ['asker'] } } },
    },
    pointer: CLOSE,
    mend: /one level/,
  },
  {
    rule: 'nobody-may-take',
    why: 'a button without roles',
    write: { [`${CLOSE}/meta/by`]: undefined },
    pointer: `${CLOSE}/meta`,
    mend: /Add "by"/,
  },
  {
    rule: 'nobody-may-take',
    why: 'an event that nobody takes',
    write: { [`${RAISE}/meta`]: undefined },
    pointer: RAISE,
    mend: /"label"/,
  },
  {
    rule: 'nobody-may-take',
    why: 'a role that nobody holds',
    write: { '/roles/manager/held': undefined },
    pointer: '/roles/manager',
    mend: /"held"/,
  },
  {
    rule: 'missing-label',
    why: 'roles without a button',
    write: { [`${RAISE}/meta/label`]: undefined },
    pointer: `${RAISE}/meta`,
    mend: /"label"/,
  },
  {
    rule: 'two-takers',
    why: 'a person and a signal',
    write: { [`${RAISE}/meta/signal`]: ['child'] },
    pointer: `${RAISE}/meta`,
    mend: /two events/,
  },
  {
    rule: 'not-for-people',
    why: 'a button for the clock',
    write: { [`${OPEN}/after/answerDue`]: { target: 'closing', meta: { label: 'Late' } } },
    pointer: `${OPEN}/after/answerDue/meta/label`,
    mend: /move the transition to "on"/,
  },
  {
    rule: 'grave-without-confirm',
    why: 'withdrawing without a question',
    write: { [`${OPEN}/on/WITHDRAW/meta/confirm`]: undefined },
    pointer: `${OPEN}/on/WITHDRAW/meta`,
    mend: /"confirm"/,
  },
  {
    rule: 'no-parties',
    why: 'each party, but there are none',
    write: { '/data/properties/parties': undefined, '/start/set/parties': undefined },
    pointer: `${ANSWER}/meta/eachParty`,
    mend: /Add "parties"/,
  },
  {
    rule: 'applies-unknown',
    why: 'it reads who acts',
    write: {
      [`${CRITERIA}/1/cel`]: "by.role != ''",
      [`${CRITERIA}/1/none`]: undefined,
      [`${CRITERIA}/1/applies`]: true,
    },
    pointer: `${CRITERIA}/1/applies`,
    mend: /Read only "data"/,
  },
  {
    rule: 'applies-unknown',
    why: 'it reads the party that acts',
    write: {
      [`${CRITERIA}/1/none`]: 'data.answers.filter(a, a.party == party)',
      [`${CRITERIA}/1/applies`]: true,
    },
    pointer: `${CRITERIA}/1/applies`,
    mend: /take "applies" out/,
  },
  {
    rule: 'applies-unknown',
    why: 'nobody is shown what a signal takes',
    write: {
      [`${OPEN}/on/TOLD`]: {
        target: 'closing',
        guard: {
          type: 'meets',
          params: {
            all: [{ cel: 'size(data.answers) > 0', otherwise: 'Not yet.', applies: true }],
          },
        },
        meta: { signal: ['partnership'] },
      },
    },
    pointer: `${OPEN}/on/TOLD/guard/params/all/0/applies`,
    mend: /Take "applies" out/,
  },
  // roles
  {
    rule: 'unknown-role',
    why: 'a role there is not',
    write: { [`${CLOSE}/meta/by`]: ['askers'] },
    pointer: `${CLOSE}/meta/by/0`,
    mend: /Did you mean "asker"\?/,
  },
  {
    rule: 'unknown-role',
    why: 'a mail to nobody',
    write: { [`${OPEN}/entry/0/params/to`]: ['public'] },
    pointer: `${OPEN}/entry/0/params/to/0`,
    mend: /Declare it/,
  },
  {
    rule: 'unknown-membership-role',
    why: 'a membership there is not',
    write: { '/roles/manager/held': 'managers' },
    pointer: '/roles/manager/held',
    mend: /Did you mean "manager"\?/,
  },
  {
    rule: 'reminds-who-is-done',
    why: 'each party answers, and the one that has is chased with the others',
    write: { '/deadlines/answerDue/owedBy': undefined },
    pointer: '/deadlines/answerDue',
    mend: /Add "owedBy"/,
  },
  {
    rule: 'unknown-field',
    why: 'a list that names nobody in that field',
    write: { '/roles/asker/named': 'who' },
    pointer: '/roles/asker/named',
    mend: /field of its entries/,
  },
  // fields and forms
  {
    rule: 'text-without-limit',
    why: 'a text of any length',
    write: { '/data/properties/subject/maxLength': undefined },
    pointer: '/data/properties/subject',
    mend: /"maxLength"/,
  },
  {
    rule: 'list-without-limit',
    why: 'a list of any length',
    write: { '/data/properties/answers/maxItems': undefined },
    pointer: '/data/properties/answers',
    mend: /"maxItems"/,
  },
  {
    rule: 'list-without-items',
    why: 'a list of anything',
    write: { '/data/properties/more': { type: 'array', title: 'More', maxItems: 3 } },
    pointer: '/data/properties/more',
    mend: /"items"/,
  },
  {
    rule: 'object-without-limit',
    why: 'an object of any size',
    write: {
      '/data/properties/more': { type: 'object', title: 'More', additionalProperties: text() },
    },
    pointer: '/data/properties/more',
    mend: /"maxProperties"/,
  },
  {
    rule: 'field-without-title',
    why: 'a field without a title',
    write: { '/data/properties/subject/title': undefined },
    pointer: '/data/properties/subject',
    mend: /"title"/,
  },
  {
    rule: 'field-without-type',
    why: 'a field of any kind',
    write: { '/data/properties/more': { title: 'More' } },
    pointer: '/data/properties/more',
    mend: /"type"/,
  },
  {
    rule: 'schema-too-large',
    why: 'a schema that doubles itself',
    write: { '/data/$defs': doubling() },
    pointer: '/data',
    mend: /small/,
  },
  {
    rule: 'schema-too-large',
    why: 'a schema that holds itself',
    write: { '/data/$defs/answer/properties/more': { $ref: '#/$defs/answer' } },
    pointer: '/data',
    mend: /hold itself/,
  },
  {
    rule: 'pattern-refused',
    why: 'a pattern with look-ahead',
    write: { '/data/properties/subject/pattern': '(?=a)b' },
    pointer: '/data/properties/subject/pattern',
    mend: /RE2/,
  },
  {
    rule: 'field-not-stored',
    why: 'an answer kept nowhere',
    write: { [`${CLOSE}/actions`]: undefined },
    pointer: `${CLOSE}/meta/form/properties/outcome`,
    mend: /"record"/,
  },
  {
    rule: 'field-not-stored',
    why: 'an answer the data have no place for',
    write: { [`${CLOSE}/meta/form/properties/outcom`]: text() },
    pointer: `${CLOSE}/meta/form/properties/outcom`,
    mend: /Did you mean "outcome"\?/,
  },
  {
    rule: 'field-not-stored',
    why: 'an answer at the start kept nowhere',
    write: { '/start/form': { type: 'object', properties: { topic: text() } } },
    pointer: '/start/form/properties/topic',
    mend: /"set"/,
  },
  {
    rule: 'unknown-field',
    why: 'a record into no field',
    write: { [`${OPEN}/on/ESCALATED/actions/0/params/set/levels`]: 1 },
    pointer: `${OPEN}/on/ESCALATED/actions/0/params/set/levels`,
    mend: /Did you mean "level"\?/,
  },
  {
    rule: 'unknown-field',
    why: 'an entry with no such field',
    write: { [`${ANSWER}/actions/0/params/upsert/item/object/txt`]: 'x' },
    pointer: `${ANSWER}/actions/0/params/upsert/item/object/txt`,
    mend: /Did you mean "text"\?/,
  },
  {
    rule: 'unknown-field',
    why: 'a form of no field',
    write: { '/start/form/fields': ['subjct'], '/start/form/required': undefined },
    pointer: '/start/form/fields/0',
    mend: /Did you mean "subject"\?/,
  },
  {
    rule: 'unknown-field',
    why: 'a lock on no field',
    write: { '/locked/0/fields': ['outcomes'] },
    pointer: '/locked/0/fields/0',
    mend: /Did you mean "outcome"\?/,
  },
  {
    rule: 'unknown-field',
    why: 'a title that names no field',
    write: { '/instanceTitle': 'Question: {subjct}' },
    pointer: '/instanceTitle',
    mend: /Did you mean "subject"\?/,
  },
  {
    rule: 'unknown-field',
    why: 'a story that names no field',
    write: { [`${ANSWER}/meta/story`]: '{nobody} answered' },
    pointer: `${ANSWER}/meta/story`,
    mend: /party, person/,
  },
  {
    rule: 'not-a-list',
    why: 'an entry into a text',
    write: { [`${ANSWER}/actions/0/params/upsert/list`]: 'subject' },
    pointer: `${ANSWER}/actions/0/params/upsert/list`,
    mend: /"array"/,
  },
  {
    rule: 'personal-into-plain',
    why: 'a personal answer into a plain field',
    write: { '/data/properties/contact/personal': undefined },
    pointer: `${CLOSE}/meta/form/properties/contact`,
    mend: /"personal": true/,
  },
  {
    rule: 'hidden-field',
    why: 'a personal value in one of several forms of a field',
    write: {
      '/data/properties/contact': {
        title: 'Contact',
        anyOf: [text({ personal: true, title: 'E-mail' }), { type: 'null' }],
      },
    },
    pointer: '/data',
    mend: /under "properties"/,
  },
  {
    rule: 'hidden-field',
    why: 'an upload behind a reference inside a condition',
    write: {
      '/data/properties/paper': {
        title: 'Paper',
        type: 'object',
        properties: {},
        allOf: [{ $ref: '#/$defs/paper' }],
      },
      '/data/$defs/paper': {
        type: 'object',
        properties: { file: { type: 'string', format: 'document', title: 'File' } },
      },
    },
    pointer: '/data',
    mend: /under "properties"/,
  },
  {
    rule: 'private-not-apart',
    why: 'a field for some roles alone that stands in the history',
    write: { '/data/properties/outcome/seenBy': ['asker'] },
    pointer: '/data/properties/outcome',
    mend: /"personal": true/,
  },
  {
    rule: 'private-not-apart',
    why: 'a form that does not keep what the data keep',
    write: { '/data/properties/contact/seenBy': ['asker'] },
    pointer: `${CLOSE}/meta/form/properties/contact`,
    mend: /"fields"/,
  },
  {
    rule: 'unknown-role',
    why: 'a private field for a role that is not declared',
    write: { '/data/properties/contact/seenBy': ['askr'] },
    pointer: '/data/properties/contact/seenBy/0',
    mend: /asker/,
  },
  {
    rule: 'private-shown',
    why: 'a private field in the register',
    write: {
      '/data/properties/contact/seenBy': ['asker'],
      '/register/columns/0': 'contact',
    },
    pointer: '/register/columns/0',
    mend: /Take it out/,
  },
  {
    rule: 'wrong-default',
    why: 'a default outside its bounds',
    write: { '/settings/days/default': 99 },
    pointer: '/settings/days/default',
    mend: /"minimum"/,
  },
  {
    rule: 'unknown-column',
    why: 'a column there is not',
    write: { '/register/columns': ['subjekt'] },
    pointer: '/register/columns/0',
    mend: /Did you mean "subject"\?/,
  },
  {
    rule: 'list-without-default',
    why: 'a list that no gate can count',
    write: { '/data/properties/answers/default': undefined },
    pointer: '/data/properties/answers',
    mend: /"default": \[\]/,
  },
  {
    rule: 'required-not-given',
    why: 'data that a start may leave out',
    write: { '/data/required': ['subject', 'answerBy'] },
    pointer: '/data/required/1',
    mend: /start form/,
  },
  {
    rule: 'unknown-path',
    why: 'the party where none is set',
    write: { [`${SIGNING}/on/SIGN/meta/eachParty`]: undefined },
    pointer: `${SIGNING}/on/SIGN/actions/params/append/item/object/party/from`,
    mend: /manifest/,
  },
  {
    rule: 'unknown-template',
    why: 'an attachment there is not',
    write: { [`${WRITING}/entry/params/attachments`]: [{ template: 'certificate' }] },
    pointer: `${WRITING}/entry/params/attachments/0/template`,
    mend: /question-paper/,
  },
  // gates and expressions
  {
    rule: 'cel-not-valid',
    why: 'an expression that does not parse',
    write: { [`${CRITERIA}/0`]: cel('data.level <') },
    pointer: `${CRITERIA}/0/cel`,
    mend: /Write CEL/,
  },
  {
    rule: 'cel-too-nested',
    why: 'brackets without end',
    write: { [`${CRITERIA}/0`]: cel('['.repeat(490)) },
    pointer: `${CRITERIA}/0/cel`,
    mend: /several criteria/,
  },
  {
    rule: 'out-of-bounds',
    why: 'an expression of 1,001 characters',
    write: { [`${CRITERIA}/0`]: cel('1 '.padEnd(1001)) },
    pointer: `${CRITERIA}/0/cel`,
    mend: /1,000 characters/,
  },
  {
    rule: 'cel-too-nested',
    why: 'lists in lists in lists',
    write: { [`${CRITERIA}/0`]: cel('[1].all(a, [1].all(b, [1].all(c, a == c)))') },
    pointer: `${CRITERIA}/0/cel`,
    mend: /split/,
  },
  {
    rule: 'cel-too-much',
    why: 'every letter with every letter of a text',
    write: {
      [`${CRITERIA}/0`]: cel(
        "data.outcome.split('').exists(a, data.outcome.split('').exists(b, a + b == 'zz'))",
      ),
    },
    pointer: `${CRITERIA}/0/cel`,
    mend: /"maxLength"/,
  },
  {
    rule: 'cel-too-much',
    why: 'a list of 60,000 entries',
    write: {
      '/data/properties/answers/maxItems': 60_000,
      [`${CRITERIA}/0`]: cel("data.answers.map(a, a.text).filter(b, b != '') == []"),
    },
    pointer: `${CRITERIA}/0/cel`,
    mend: /"maxItems"/,
  },
  {
    rule: 'cel-too-nested',
    why: 'texts put together in a loop',
    write: {
      [`${CRITERIA}/0`]: cel('data.answers.all(a, data.answers.map(b, b.text).join() == a.text)'),
    },
    pointer: `${CRITERIA}/0/cel`,
    mend: /outside of/,
  },
  {
    rule: 'unknown-function',
    why: 'a function that can make texts of any length',
    write: { [`${CRITERIA}/0`]: cel("data.subject.replace('a', data.subject) == ''") },
    pointer: `${CRITERIA}/0/cel`,
    mend: /contains/,
  },
  {
    rule: 'pattern-refused',
    why: 'matches with a back-reference',
    write: { [`${CRITERIA}/0`]: cel(`data.subject.matches(r'(a)\\1')`) },
    pointer: `${CRITERIA}/0/cel`,
    mend: /RE2/,
  },
  {
    rule: 'pattern-not-literal',
    why: 'matches with a pattern from the data',
    write: { [`${CRITERIA}/0`]: cel('data.subject.matches(data.subject)') },
    pointer: `${CRITERIA}/0/cel`,
    mend: /quotation marks/,
  },
  {
    rule: 'unknown-path',
    why: 'an expression that reads no field',
    write: { [`${CRITERIA}/0`]: cel('data.levle > 1') },
    pointer: `${CRITERIA}/0/cel`,
    mend: /Did you mean "level"\?/,
  },
  {
    rule: 'unknown-path',
    why: 'an entry of a list that has no such field',
    write: {
      [`${CRITERIA}/0`]: cel("data.answers.filter(a, a.state == 'no').exists(b, b.txt == '')"),
    },
    pointer: `${CRITERIA}/0/cel`,
    mend: /Did you mean "text"\?/,
  },
  {
    rule: 'unknown-path',
    why: 'a name that is none',
    write: { [`${CRITERIA}/0`]: cel('level > 1') },
    pointer: `${CRITERIA}/0/cel`,
    mend: /What can be read: data/,
  },
  {
    rule: 'unknown-path',
    why: 'the partnership after the start',
    write: { [`${CRITERIA}/0`]: cel("partnership.lead == ''") },
    pointer: `${CRITERIA}/0/cel`,
    mend: /What can be read/,
  },
  {
    rule: 'unknown-path',
    why: 'a value from a field the form has not',
    write: { [`${ANSWER}/actions/0/params/upsert/item/object/text`]: { from: 'event.txt' } },
    pointer: `${ANSWER}/actions/0/params/upsert/item/object/text/from`,
    mend: /Did you mean "text"\?/,
  },
  {
    rule: 'unknown-path',
    why: 'a criterion over no field',
    write: { [`${CRITERIA}/2/schema/properties/data/required`]: ['subjct'] },
    pointer: `${CRITERIA}/2/schema/properties/data/required/0`,
    mend: /Did you mean "subject"\?/,
  },
  {
    rule: 'unknown-path',
    why: 'an item outside forEach',
    write: { [`${OPEN}/entry/0/params/of`]: 'item.organisation' },
    pointer: `${OPEN}/entry/0/params/of`,
    mend: /data, event/,
  },
  {
    rule: 'personal-in-gate',
    why: 'a gate over a telephone number',
    write: { [`${CRITERIA}/0`]: cel("data.contact != ''") },
    pointer: `${CRITERIA}/0/cel`,
    mend: /stays/,
  },
  {
    rule: 'personal-in-gate',
    why: 'a criterion over a telephone number',
    write: {
      [`${CRITERIA}/2/schema/properties/data`]: { properties: { contact: { minLength: 1 } } },
    },
    pointer: `${CRITERIA}/2/schema/properties/data/properties/contact`,
    mend: /stays/,
  },
  {
    rule: 'unknown-field',
    why: 'everyParty over no list',
    write: { [`${OPEN}/always/guard/params/in`]: 'answer' },
    pointer: `${OPEN}/always/guard/params/in`,
    mend: /Did you mean "answers"\?/,
  },
  {
    rule: 'unknown-field',
    why: 'signatures without a manifest',
    write: {
      '/data/properties/signatures/items/properties/manifest': undefined,
      [`${SIGNING}/on/SIGN/actions/params/append/item/object/manifest`]: undefined,
    },
    pointer: `${SIGNING}/always/guard/params/signatures`,
    mend: /Add "manifest"/,
  },
  {
    rule: 'unknown-document',
    why: 'signed off without a document',
    write: { [`${SIGNING}/always/guard/params/document`]: 'papers' },
    pointer: `${SIGNING}/always/guard/params/document`,
    mend: /Did you mean "paper"\?/,
  },
  {
    rule: 'unknown-document',
    why: 'a decision on no document',
    write: { [`${SIGNING}/on/SIGN/meta/decides`]: 'contract' },
    pointer: `${SIGNING}/on/SIGN/meta/decides`,
    mend: /"document" effect/,
  },
  {
    rule: 'unknown-field',
    why: 'a decision on data that there are not',
    write: { [`${SIGNING}/on/SIGN/meta/about`]: ['signature'] },
    pointer: `${SIGNING}/on/SIGN/meta/about/0`,
    mend: /Did you mean "signatures"\?/,
  },
  {
    rule: 'unknown-document',
    why: 'a mail with a document that nothing makes',
    write: { [`${CLOSE}/actions`]: [mailWith('papers')] },
    pointer: `${CLOSE}/actions/0/params/attach`,
    mend: /Did you mean "paper"\?/,
  },
  // deadlines
  {
    rule: 'deadline-without-start',
    why: 'a deadline that never begins',
    write: { [`${OPEN}/after/answerDue`]: undefined },
    pointer: '/deadlines/answerDue',
    mend: /"after": \{ "answerDue": \{\} \}/,
  },
  {
    rule: 'deadline-without-start',
    why: 'a deadline from no field',
    write: { '/deadlines/wantedBy/from': 'data.answeredBy' },
    pointer: '/deadlines/wantedBy/from',
    mend: /data\.answerBy/,
  },
  {
    rule: 'deadline-without-start',
    why: 'a deadline from what is no date',
    write: { '/deadlines/wantedBy/from': 'data.subject' },
    pointer: '/deadlines/wantedBy/from',
    mend: /"format": "date"/,
  },
  {
    rule: 'unknown-deadline',
    why: 'a clock there is not',
    write: { [`${OPEN}/after/answersDue`]: {} },
    pointer: `${OPEN}/after/answersDue`,
    mend: /Did you mean "answerDue"\?/,
  },
  {
    rule: 'unknown-setting',
    why: 'a setting there is not',
    write: { '/deadlines/answerDue/after/workingDays': 'settings.day' },
    pointer: '/deadlines/answerDue/after/workingDays',
    mend: /Did you mean "days"\?/,
  },
  {
    rule: 'wrong-kind',
    why: 'a text as a number of days',
    write: { '/deadlines/answerDue/after/workingDays': 'data.subject' },
    pointer: '/deadlines/answerDue/after/workingDays',
    mend: /"type"/,
  },
  {
    rule: 'wrong-duration',
    why: 'a time nobody can read',
    write: { '/deadlines/wantedBy/before': 'P1X'.replace('X', 'H') },
    pointer: '/deadlines/wantedBy/before',
    mend: /"P10D"/,
  },
  {
    rule: 'wrong-duration',
    why: 'a chase every hour',
    write: { '/deadlines/answerDue/chases/every': 'PT1H' },
    pointer: '/deadlines/answerDue/chases/every',
    mend: /"P1D"/,
  },
  {
    rule: 'chases-too-long',
    why: 'chases for half a year',
    write: { '/deadlines/answerDue/chases/every': 'P7D', '/deadlines/answerDue/chases/max': 26 },
    pointer: '/deadlines/answerDue/chases/max',
    mend: /coordinator/,
  },
  // effects
  {
    rule: 'unknown-template',
    why: 'a mail there is not',
    write: { [`${OPEN}/entry/0/params/template`]: 'question-askd' },
    pointer: `${OPEN}/entry/0/params/template`,
    mend: /Did you mean "question-asked"\?/,
  },
  {
    rule: 'unknown-template',
    why: 'a reminder there is not',
    write: { '/deadlines/answerDue/reminders/0/template': 'near' },
    pointer: '/deadlines/answerDue/reminders/0/template',
    mend: /deadline-near/,
  },
  {
    rule: 'unknown-template',
    why: 'a document there is not',
    write: { [`${WRITING}/entry/params/template`]: 'paper' },
    pointer: `${WRITING}/entry/params/template`,
    mend: /question-paper/,
  },
  {
    rule: 'unknown-workflow',
    why: 'a workflow there is not',
    write: { [`${RAISE}/actions/0/params/workflow`]: 'disput' },
    pointer: `${RAISE}/actions/0/params/workflow`,
    mend: /Did you mean "dispute"\?/,
  },
  {
    rule: 'unknown-event',
    why: 'a link for no event',
    write: { [`${WRITING}/on/effect.document.paper/actions/0/params/event`]: 'SING' },
    pointer: `${WRITING}/on/effect.document.paper/actions/0/params/event`,
    mend: /Did you mean "SIGN"\?/,
  },
  {
    rule: 'ask-without-document',
    why: 'a decision without its document',
    write: { [`${WRITING}/on/effect.document.paper/actions/0/params/document`]: undefined },
    pointer: `${WRITING}/on/effect.document.paper/actions/0/params`,
    mend: /"document": "paper"/,
  },
  {
    rule: 'ask-before-document',
    why: 'asking before the document is there',
    write: {
      [`${WRITING}/entry`]: [
        {
          type: 'document',
          params: { name: 'paper', template: 'question-paper', title: 'The paper' },
        },
        {
          type: 'ask',
          params: {
            to: ['signatory'],
            event: 'SIGN',
            document: 'paper',
            template: 'question-asked',
          },
        },
      ],
    },
    pointer: `${WRITING}/entry/1`,
    mend: /effect\.document\.paper/,
  },
  {
    rule: 'result-of-nothing',
    why: 'waiting for a document nobody makes',
    write: { [`${WRITING}/on/effect.document.papers`]: { target: 'signing' } },
    pointer: `${WRITING}/on/effect.document.papers`,
    mend: /Did you mean "paper"\?/,
  },
  {
    rule: 'result-nobody-awaits',
    why: 'a document for nobody',
    write: {
      [`${OPEN}/entry/0`]: {
        type: 'document',
        params: { name: 'notes', template: 'question-paper', title: 'Notes' },
      },
    },
    pointer: `${OPEN}/entry/0`,
    mend: /effect\.document\.notes/,
  },
  {
    rule: 'effect-after-end',
    why: 'a document made as the workflow ends',
    write: {
      '/machine/states/closed/entry': [
        { type: 'document', params: { name: 'paper', template: 'question-paper', title: 'P' } },
      ],
    },
    pointer: '/machine/states/closed/entry/0',
    mend: /end on "effect\.document\.paper"/,
  },
  {
    rule: 'signal-to-nobody',
    why: 'a signal to no child',
    write: {
      [`${RAISE}/actions`]: [{ type: 'record', params: { set: { level: 2 } } }],
      [`${OPEN}/on/ESCALATED`]: undefined,
    },
    pointer: `${OPEN}/on/WITHDRAW/actions/0/params/to`,
    mend: /Start a child/,
  },
  {
    rule: 'signal-from-nobody',
    why: 'a signal from no child',
    write: { [`${RAISE}/actions/0/params/linked`]: true },
    pointer: `${OPEN}/on/ESCALATED/meta/signal`,
    mend: /"linked"/,
  },
];

describe('lint', () => {
  it('finds nothing wrong with a workflow that uses every part of the language', () => {
    expect(lintDefinition(sampleWorkflow(), sampleCatalogue)).toEqual([]);
  });

  it.each(CASES)('$rule: $why', ({ rule, write, pointer, mend }) => {
    const findings = lintDefinition(broken(write), sampleCatalogue);
    const found = findings.find((one) => one.rule === rule && one.pointer === pointer);
    expect(found, list(findings)).toBeDefined();
    expect(found?.mend).toMatch(mend);
    expect(found?.message).toMatch(/^.{10,400}$/su);
  });

  it('has a broken definition for every rule', () => {
    const shown = new Set(CASES.map(({ rule }) => rule));
    // The schema's bound on the length of an expression comes before the engine's own.
    expect(RULE_CODES.filter((rule) => !shown.has(rule) && rule !== 'cel-too-long')).toEqual([]);
  });

  it('points into the file with JSON pointers that lead to what is wrong', () => {
    for (const { write } of CASES) {
      const definition = broken(write);
      for (const { pointer, rule } of lintDefinition(definition, sampleCatalogue)) {
        expect(at(definition, pointer), `${rule} ${pointer}`).not.toBe(NOTHING);
      }
    }
  });

  it.each([
    [null],
    [undefined],
    [42],
    ['text'],
    [[]],
    [{}],
    [{ machine: 1 }],
    [() => 1],
    [new Map()],
  ])('refuses %s, which is no definition at all, in words', (definition) => {
    const findings = lintDefinition(definition, sampleCatalogue);
    expect(findings.length).toBeGreaterThan(0);
  });

  it('refuses names that reach into JavaScript, as JSON.parse gives them', () => {
    const hostile: unknown = JSON.parse(
      JSON.stringify(sampleWorkflow()).replace('"closing":', '"__proto__":{},"closing":'),
    );
    expect(lintDefinition(hostile, sampleCatalogue)).toMatchObject([
      { rule: 'reserved-name', pointer: '/machine/states/__proto__' },
    ]);
  });

  it('stops after 200 findings', () => {
    const fields = Object.fromEntries(
      Array.from({ length: 190 }, (_, n) => [`f${n}`, { type: 'string' }]),
    );
    const definition = broken({ '/data/properties': fields });
    expect(lintDefinition(definition, sampleCatalogue)).toHaveLength(200);
  });
});

/** The sample with something written into it, by JSON pointer; `undefined` takes it out. */
function broken(write: Readonly<Record<string, unknown>>): unknown {
  const definition = sampleWorkflow() as unknown as Record<string, unknown>;
  for (const [pointer, value] of Object.entries(write)) {
    const keys = pointer.slice(1).split('/');
    const last = keys.pop() ?? '';
    const inside = keys.reduce<Record<string, unknown>>(
      (place, key) => place[key] as Record<string, unknown>,
      definition,
    );
    if (value === undefined) delete inside[last];
    else inside[last] = value;
  }
  return definition;
}

const NOTHING = Symbol('nothing');

function at(value: unknown, pointer: string): unknown {
  let place: unknown = value;
  for (const key of pointer.split('/').slice(1)) {
    const name = key.replaceAll('~1', '/').replaceAll('~0', '~');
    if (place === null || typeof place !== 'object' || !Object.hasOwn(place, name)) return NOTHING;
    place = (place as Record<string, unknown>)[name];
  }
  return place;
}

function list(findings: readonly Finding[]): string {
  return findings.map(({ rule, pointer, message }) => `${rule} ${pointer}: ${message}`).join('\n');
}

function nested(depth: number): unknown {
  return depth === 0 ? 1 : [nested(depth - 1)];
}

function many(count: number, prefix: string, make: () => unknown): object {
  return Object.fromEntries(Array.from({ length: count }, (_, n) => [`${prefix}${n}`, make()]));
}

function guard(expression: string): object {
  return { type: 'meets', params: { all: [cel(expression)] } };
}

/** Thirty definitions, each holding the next twice: a thousand million parts when written out. */
function doubling(): object {
  const entries = Array.from({ length: 30 }, (_, n) => {
    const next = { $ref: `#/$defs/d${n + 1}` };
    return [n === 0 ? 'answer' : `d${n}`, n === 29 ? text() : { allOf: [next, next] }] as const;
  });
  return Object.fromEntries(entries);
}
