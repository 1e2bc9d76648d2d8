// Checks an export of Concordat. Needs only Node: node verify.mjs [FOLDER]
// Ends with 0 when every byte is as it was written, and with 1, naming each file, when one is not.
import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

process.exitCode = 1;

const folder = process.argv[2] ?? dirname(fileURLToPath(import.meta.url));
const problems = [];
const problem = (file, what) => problems.push(`${file}: ${what}`);
const sha256 = (data) => createHash('sha256').update(data).digest('hex');

/** What is in a file; one that is not there becomes a problem. */
function read(file) {
  try {
    return readFileSync(join(folder, file));
  } catch (error) {
    problem(file, error.code === 'ENOENT' ? 'is missing' : `cannot be read (${error.message})`);
    return undefined;
  }
}

/** Every file below the folder, with / between its parts. */
function filesBelow(inside) {
  return readdirSync(join(folder, inside)).flatMap((name) => {
    const path = inside === '' ? name : `${inside}/${name}`;
    return lstatSync(join(folder, path)).isDirectory() ? filesBelow(path) : [path];
  });
}

/** Reads JSON; what is damaged becomes a problem. */
function json(file, text) {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    problem(file, `is not JSON any more (${error.message})`);
    return undefined;
  }
}

/** The one JSON text of a value (RFC 8785). */
function canonical(value) {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const parts = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`);
  return `{${parts.join(',')}}`;
}

/** 1. The list of files is as it was written, and the files are those of the list. */
function checkFiles() {
  const bytes = read('manifest.json');
  const noted = read('manifest.sha256')?.toString('latin1');
  if (bytes === undefined) return undefined;
  if (noted !== undefined && noted !== `${sha256(bytes)}  manifest.json\n`) {
    problem('manifest.json', 'or manifest.sha256 has been changed: they do not fit together');
  }
  const manifest = json('manifest.json', bytes.toString('utf8'));
  const lists = [manifest?.files, manifest?.instances, manifest?.leftOut];
  if (!lists.every(Array.isArray)) {
    problem('manifest.json', 'does not say which files and records there were');
    return undefined;
  }
  const listed = new Map(manifest.files.map((file) => [file.path, file]));
  const present = new Set(filesBelow(''));
  for (const [path, { size, sha256: hash }] of listed) {
    const content = read(path);
    if (content === undefined) continue;
    if (content.length !== size || sha256(content) !== hash) problem(path, 'has been changed');
  }
  const named = new Set(manifest.instances.flatMap(({ history, personal }) => [history, personal]));
  for (const path of listed.keys()) {
    if (/^(?:histories|personal)\//.test(path) && !named.has(path)) {
      problem(path, 'belongs to no record that the manifest names');
    }
  }
  for (const path of present) {
    if (path === 'manifest.json' || path === 'manifest.sha256' || listed.has(path)) continue;
    problem(path, 'was not part of the export');
  }
  return manifest;
}

/** 2. Each history is unbroken: every commit cites the hash of the one before it. */
function checkHistory({ id, history, commits, head }) {
  const content = read(history);
  if (content === undefined) return [];
  const lines = content.toString('utf8').split('\n').slice(0, -1);
  const texts = [];
  let previous = null;
  let at = '';
  for (const [index, line] of lines.entries()) {
    const seq = index + 1;
    const where = `${history} line ${seq}`;
    const entry = json(where, line);
    if (entry === undefined) return texts;
    if (entry.withheld !== undefined) {
      if (entry.withheld.seq !== seq) problem(where, 'is not in its place: the history has a gap');
      // the commit after it has to cite it, or the manifest when it is the newest
      previous = entry.withheld.hash;
      continue;
    }
    if (canonical(entry) !== line) problem(where, 'is not written as it was when it was recorded');
    if (entry.instance !== id) problem(where, 'belongs to another record');
    if (entry.seq !== seq) problem(where, 'is not in its place: the history has a gap');
    if (entry.previous !== previous) problem(where, 'does not cite the commit before it');
    if (Date.parse(entry.at) < Date.parse(at)) problem(where, 'is dated before the one before it');
    previous = sha256(line);
    at = entry.at;
    texts.push([where, entry]);
  }
  if (lines.length !== commits || head.seq !== lines.length) {
    problem(history, `has ${lines.length} commits, and should have ${commits}`);
  }
  if (previous !== head.hash) problem(history, 'does not end in the hash that the manifest names');
  return texts;
}

/** Every object inside a value. */
function* objectsIn(value) {
  if (value === null || typeof value !== 'object') return;
  if (!Array.isArray(value)) yield value;
  for (const inner of Object.values(value)) yield* objectsIn(inner);
}

/**
 * 3. Personal values stand beside the history; the history holds a salted hash of each. Answers how many are not
 * here: erased, or private to others.
 */
function checkPersonal(file, texts) {
  const values = json(file, read(file));
  if (values === undefined) return 0;
  const kept = new Map(values.map((one) => [one.id, one]));
  const gone = new Set();
  for (const [where, entry] of texts) {
    for (const one of objectsIn(entry)) {
      if (typeof one.personal !== 'string' || typeof one.hash !== 'string') continue;
      const value = kept.get(one.personal);
      if (value === undefined) problem(file, `lacks the value ${one.personal} of ${where}`);
      else if (value.value === null) gone.add(one.personal);
      else if (sha256(value.salt + value.value) !== one.hash) {
        problem(file, `has another value ${one.personal} than ${where} records`);
      }
    }
  }
  return gone.size;
}

/** The documents of the export by the hash that is their name. */
function documentsOf(manifest) {
  const documents = new Set();
  for (const { path } of manifest.files) {
    const hash = /^documents\/([0-9a-f]{64})\.[a-z0-9]+$/.exec(path)?.[1];
    if (hash === undefined) continue;
    documents.add(hash);
    const content = read(path);
    if (content === undefined) continue;
    if (sha256(content) !== hash) problem(path, 'is not the document whose hash is its name');
  }
  return documents;
}

/** 4. Every document that the history names is there under its own hash, or said to be left out. */
function checkDocuments(manifest, documents, texts) {
  const leftOut = new Set(manifest.leftOut.map(({ hash }) => hash));
  for (const [where, entry] of texts) {
    for (const [name, document] of Object.entries(entry.snapshot?.documents ?? {})) {
      for (const part of ['html', 'pdf', 'text', 'request', 'changes']) {
        const hash = document[part];
        if (hash === undefined || documents.has(hash) || leftOut.has(hash)) continue;
        problem(`documents/${hash}`, `is missing: ${where} names it (${name}, ${part})`);
      }
    }
  }
}

/** 5. The workflows are those that the records ran on. */
function checkDefinitions(texts) {
  const known = new Map();
  for (const [where, { definition }] of texts) {
    const file = `workflows/${definition.id}-${definition.version}.json`;
    if (!known.has(file)) {
      const read_ = json(file, read(file));
      known.set(file, read_ === undefined ? undefined : sha256(canonical(read_)));
    }
    const found = known.get(file);
    if (found !== undefined && found !== definition.hash) {
      problem(file, `is not the workflow that ${where} ran on`);
      // once is enough
      known.set(file, definition.hash);
    }
  }
}

let manifest;
let checked = 0;
let gone = 0;
try {
  manifest = checkFiles();
  const documents = manifest === undefined ? new Set() : documentsOf(manifest);
  for (const instance of manifest?.instances ?? []) {
    const texts = checkHistory(instance);
    gone += checkPersonal(instance.personal, texts);
    checkDocuments(manifest, documents, texts);
    checkDefinitions(texts);
    checked += texts.length;
  }
} catch (error) {
  problem('the export', `cannot be read (${error.message})`);
}

if (problems.length === 0 && manifest !== undefined) {
  const withheld = manifest.instances.reduce((sum, { withheld: count }) => sum + count, 0);
  console.log(
    `Nothing has changed: ${manifest.instances.length} records, ${checked} commits, ${manifest.files.length} files.`,
  );
  if (withheld > 0)
    console.log(`${withheld} commits were kept back; their hashes are in the chain.`);
  if (gone > 0)
    console.log(`${gone} personal values are not here: erased, or private to those who gave them.`);
  if (manifest.leftOut.length > 0)
    console.log(`${manifest.leftOut.length} documents were left out; README.txt says why.`);
  console.log(`The list of files has the SHA-256 ${sha256(read('manifest.json'))}`);
  process.exitCode = 0;
} else {
  const lines = new Set(problems);
  for (const line of lines) console.log(`CHANGED  ${line}`);
  const count = lines.size === 1 ? '1 finding' : `${lines.size} findings`;
  console.log(`${count}: do not rely on this export.`);
}
