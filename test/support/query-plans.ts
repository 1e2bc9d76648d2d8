import mongoose from 'mongoose';

type Command = Readonly<Record<string, unknown>>;

/** How the database would answer a query. */
interface QueryPlan {
  /** The query, with the kinds of its values in their place. */
  readonly query: string;
  /** Whether it looks at every document of the collection. */
  readonly scansAll: boolean;
  /** An index that begins with something the query asks for or sorts by, whatever the plan says. */
  readonly index: string | undefined;
  /** Whether it sorts what it found, instead of reading it in order. */
  readonly sorts: boolean;
}

/** Keeps one of each kind of query that is sent, to ask for their plans afterwards. */
export interface QueryCollector {
  readonly onCommand: (command: Command) => void;
  readonly collections: () => ReadonlySet<string>;
  /** The plans of all kinds of queries, in a database with the same collections and indexes. */
  explain(url: string): Promise<readonly QueryPlan[]>;
}

export function collectQueries(): QueryCollector {
  const seen = new Map<string, Command>();
  return {
    onCommand(command) {
      for (const query of queriesIn(command)) {
        const kind = JSON.stringify(kindOf(query));
        if (!seen.has(kind)) seen.set(kind, query);
      }
    },
    collections: () => new Set([...seen.values()].map(collectionOf)),
    async explain(url) {
      const client = new mongoose.mongo.MongoClient(url);
      try {
        const database = client.db();
        // a collection without an index of its own is not there before something is put into it
        for (const name of new Set([...seen.values()].map(collectionOf))) {
          await database.createCollection(name);
        }
        const plans: QueryPlan[] = [];
        for (const [query, command] of seen) {
          const plan = await database.command({ explain: command, verbosity: 'queryPlanner' });
          const stages = stagesOf(plan['queryPlanner'] ?? plan['stages']);
          const indexes = await database.collection(collectionOf(command)).indexes();
          plans.push({
            query,
            scansAll: stages.has('COLLSCAN'),
            index: indexes.find((one) => serves(one, command))?.name,
            sorts: stages.has('SORT'),
          });
        }
        return plans;
      } finally {
        await client.close();
      }
    },
  };
}

/** What a command looks for, as `find` and `aggregate`: a change finds its documents in the same way. */
function queriesIn(command: Command): Command[] {
  const { find, aggregate, update, delete: remove, findAndModify } = command;
  if (find !== undefined) {
    const { filter, limit } = command;
    // the driver keeps the order of what is sorted by in a map
    const sort = Object.fromEntries((command['sort'] ?? []) as Iterable<[string, 1 | -1]>);
    return [{ find, filter, sort, ...(limit ? { limit } : {}) }];
  }
  if (aggregate !== undefined) return [{ aggregate, pipeline: command['pipeline'], cursor: {} }];
  if (findAndModify !== undefined) return [{ find: findAndModify, filter: command['query'] }];
  const statements = (command['updates'] ?? command['deletes'] ?? []) as readonly { q: object }[];
  return statements.map(({ q }) => ({ find: update ?? remove, filter: q }));
}

function collectionOf({ find, aggregate }: Command): string {
  return String(find ?? aggregate);
}

/** The same for two queries that differ only in the values they ask for. */
function kindOf(value: unknown): unknown {
  if (Array.isArray(value)) return [...new Set(value.map((one) => JSON.stringify(kindOf(one))))];
  if (value === null || typeof value !== 'object') return typeof value;
  if (Object.getPrototypeOf(value) !== Object.prototype) return value.constructor.name;
  const entries = Object.entries(value).map(([name, inner]) => [
    name,
    ['find', 'aggregate', 'sort'].includes(name) ? inner : kindOf(inner),
  ]);
  return Object.fromEntries(entries) as unknown;
}

/** The names of all stages of a plan, on whichever shard. */
function stagesOf(plan: unknown, found = new Set<string>()): ReadonlySet<string> {
  if (typeof plan !== 'object' || plan === null) return found;
  for (const [name, inner] of Object.entries(plan)) {
    if (name === 'stage' && typeof inner === 'string') found.add(inner);
    // plans that were not taken do not count
    else if (name !== 'rejectedPlans') stagesOf(inner, found);
  }
  return found;
}

/** True when an index narrows a query down, or has all its documents in the order it asks for. */
function serves(index: mongoose.mongo.IndexDescriptionInfo, command: Command): boolean {
  const filter = filterOf(command);
  const [first = ''] = Object.keys(index.key);
  const [sortedBy] = Object.keys((command['sort'] as object | undefined) ?? {});
  const whole = Object.keys(filter).length === 0 && first === sortedBy;
  const part = Object.keys((index['partialFilterExpression'] as object | undefined) ?? {});
  return (first in filter || whole) && part.every((field) => field in filter);
}

function filterOf({ filter, pipeline }: Command): object {
  const [first] = (pipeline ?? []) as readonly { $match?: object }[];
  return (filter as object | undefined) ?? first?.$match ?? {};
}
