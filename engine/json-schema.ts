/**
 * The part of JSON Schema that data and forms use, with our own annotations:
 * `personal` (kept beside the chain, erasable), `seenBy` (a personal field that only these roles
 * read), `multiline`, `prefill`, `rows`, `ofParty` (a person of the organisation that acts), `actsFor`
 * (a person of the organisation that this field, in the same entry, holds), `anywhere`
 * (also an organisation that does not take part), `hidden` (kept for the workflow itself, nothing that people want to read), `under` (the heading
 * under which it is read).
 * Formats: date, email, person, organisation, money (whole pence), duration (ISO 8601), document (an upload).
 */
export interface JsonSchema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
  readonly type?: JsonType | readonly JsonType[];
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly oneOf?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly not?: JsonSchema;
  readonly if?: JsonSchema;
  readonly then?: JsonSchema;
  readonly else?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly propertyNames?: JsonSchema;
  readonly maxProperties?: number;
  readonly minProperties?: number;
  readonly items?: JsonSchema;
  readonly contains?: JsonSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly multipleOf?: number;
  readonly personal?: boolean;
  readonly seenBy?: readonly string[];
  readonly multiline?: boolean;
  readonly prefill?: string;
  readonly rows?: number;
  readonly ofParty?: boolean;
  readonly actsFor?: string;
  readonly anywhere?: boolean;
  readonly hidden?: boolean;
  readonly under?: string;
}

/** The formats of texts that name something kept elsewhere, by its id or hash. */
export const REFERENCE_FORMATS: ReadonlySet<string> = new Set([
  'person',
  'organisation',
  'instance',
  'document',
]);

export type JsonType = 'object' | 'array' | 'string' | 'number' | 'integer' | 'boolean' | 'null';
