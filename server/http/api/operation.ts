import type { ErrorCode } from '../../../engine/errors.ts';
import type { JsonObject } from '../../../engine/json-value.ts';
import type { JsonSchema } from '../../../engine/json-schema.ts';
import type { Asker } from '../../access/asker.ts';
import type { Services } from '../../services.ts';
import type { Worker } from '../../worker/worker.ts';

/** What an operation stands on, whoever asks. */
export interface ApiContext {
  readonly services: Services;
  readonly worker: Pick<Worker, 'wake'>;
}

/** What one operation takes, as its handler sees it once the schemas have let it through. */
interface Taken {
  readonly params?: object;
  readonly query?: object;
  readonly body?: object;
}

/** A checked request. `Nothing` stands for what the operation does not take. */
interface ApiCall<Given extends Taken> extends ApiContext {
  readonly asker: Asker;
  readonly params: Given['params'] extends object ? Given['params'] : Nothing;
  readonly query: Given['query'] extends object ? Given['query'] : Nothing;
  readonly body: Given['body'] extends object ? Given['body'] : Nothing;
  /** The bytes of an uploaded file; empty for every other operation. */
  readonly bytes: Buffer;
  readonly idempotencyKey: string | null;
}

type Nothing = Readonly<Record<string, never>>;

/** JSON, or bytes exactly as they are stored. */
export type ApiAnswer =
  | {
      readonly json: unknown;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | {
      readonly bytes: Uint8Array;
      readonly mediaType: string;
      readonly headers?: Readonly<Record<string, string>>;
    };

type Schemas = Readonly<Record<string, JsonSchema>>;

/**
 * One operation, said once: the router validates with it, `/api/v1/openapi.json` is made from it and
 * the page for people too.
 */
interface OperationSpec<Given extends Taken> {
  /** Unique; the `operationId`. */
  readonly id: string;
  readonly method: 'get' | 'post';
  /** After `/api/v1`, with `{names}` of `params`. */
  readonly path: string;
  /** The heading it stands under. */
  readonly group: string;
  readonly summary: string;
  readonly description?: string;
  /** Answered without a token. */
  readonly open?: boolean;
  readonly params?: Schemas;
  readonly query?: Schemas;
  readonly body?: JsonSchema;
  /** Takes the bytes of one file in place of JSON, this many at most. */
  readonly file?: { readonly maxBytes: number };
  /** Where in the body a workflow's own form stands, for the pointers of problems. */
  readonly formAt?: string;
  /** Takes an `Idempotency-Key`. */
  readonly keyed?: boolean;
  readonly answer: {
    readonly status: 200 | 201;
    readonly description: string;
    /** Null: bytes of any media type. */
    readonly schema: JsonSchema | null;
  };
  /** Refusals of its own, beside those that every operation can give. */
  readonly refusals: readonly ErrorCode[];
  handle(call: ApiCall<Given>): Promise<ApiAnswer>;
}

/** A request as the router hands it on: checked, but of no type in particular. */
interface CheckedCall extends ApiContext {
  readonly asker: Asker;
  readonly params: JsonObject;
  readonly query: JsonObject;
  readonly body: JsonObject;
  readonly bytes: Buffer;
  readonly idempotencyKey: string | null;
}

/** An operation among others; the types of what it takes have been checked by its schemas. */
export interface Operation extends Omit<OperationSpec<Taken>, 'handle'> {
  handle(call: CheckedCall): Promise<ApiAnswer>;
}

/** Defines an operation. Its schemas are what makes the types of `handle` true. */
export function defineOperation<Given extends Taken>(spec: OperationSpec<Given>): Operation {
  return {
    ...spec,
    handle: (call) => spec.handle(call as unknown as ApiCall<Given>),
  };
}
