export const PAGE = 4_096;

type Damage = 'bit' | 'bits' | 'cut' | 'zeroed page' | 'swapped pages' | 'garbage';
/** In this order again and again: mostly the single bits that nobody notices. */
export const DAMAGES: readonly Damage[] = [
  'bit',
  'bit',
  'bit',
  'bits',
  'bits',
  'cut',
  'zeroed page',
  'swapped pages',
  'garbage',
];

/** The bytes of an LMDB file with one thing wrong with them, and what that is. */
export function damaged(
  bytes: Buffer,
  damage: Damage,
  random: (below: number) => number,
): [Buffer, string] {
  const changed = Buffer.from(bytes);
  const pages = bytes.length / PAGE;
  const flip = (): string => {
    const [at, bit] = [random(bytes.length), random(8)];
    changed.writeUInt8(changed.readUInt8(at) ^ (1 << bit), at);
    return `bit ${bit} of byte ${at}`;
  };
  if (damage === 'bit') return [changed, flip()];
  if (damage === 'bits') return [changed, [flip(), flip(), flip(), flip()].join(', ')];
  const [page, other] = [random(pages), random(pages)];
  if (damage === 'cut') {
    const length = random(bytes.length);
    return [changed.subarray(0, length), `cut to ${length} bytes`];
  }
  if (damage === 'zeroed page') {
    changed.fill(0, page * PAGE, (page + 1) * PAGE);
    return [changed, `page ${page} zeroed`];
  }
  if (damage === 'swapped pages') {
    bytes.copy(changed, page * PAGE, other * PAGE, (other + 1) * PAGE);
    bytes.copy(changed, other * PAGE, page * PAGE, (page + 1) * PAGE);
    return [changed, `pages ${page} and ${other} swapped`];
  }
  const at = random(bytes.length - 64);
  for (let n = at; n < at + 64; n += 1) changed.writeUInt8(random(256), n);
  return [changed, `garbage at ${at}`];
}

/** Repeatable: a red run names its copy, and comes again (mulberry32). */
export function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}
