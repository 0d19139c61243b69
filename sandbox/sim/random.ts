// Seeded chance: the only one there is. Each user takes a stream by name, so that a new user of
// chance shifts nobody else's numbers.

/** Seeded chance. Two instances with the same seed and name give the same numbers for ever. */
export interface Random {
  /** In [0, 1). */
  next(): number;
  /** A whole number in [0, below). */
  below(below: number): number;
  /** An independent stream; the same name always gives the same stream, from its beginning. */
  stream(name: string): Random;
}

// apimachinery/pkg/util/rand: no vowels and no digits that look like letters.
const letters = "bcdfghjklmnpqrstvwxz2456789";

/** What Kubernetes puts behind `generateName`: `x7k2p`. */
export function suffix(random: Random, length = 5): string {
  let text = "";
  for (let i = 0; i < length; i++) text += letters[random.below(letters.length)];
  return text;
}

/** A version 4 UUID. */
export function uuid(random: Random): string {
  let digits = hex(random, 32);
  const variant = "89ab"[random.below(4)];
  digits = `${digits.slice(0, 12)}4${digits.slice(13, 16)}${variant}${digits.slice(17)}`;
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** `length` lower-case hexadecimal digits. */
export function hex(random: Random, length: number): string {
  let text = "";
  while (text.length < length) text += random.below(65536).toString(16).padStart(4, "0");
  return text.slice(0, length);
}

/** The root of all chance of one sandbox. */
export function createRandom(seed: number | string): Random {
  return stream(String(seed));
}

function stream(path: string): Random {
  const next = sfc32(path);
  return {
    next,
    below: (below) => Math.floor(next() * below),
    stream: (name) => stream(`${path}/${name}`),
  };
}

/** Chris Doty-Humphrey's small fast counter, 32 bits, seeded by hashing `text` (xmur3). */
function sfc32(text: string): () => number {
  let h = 1779033703 ^ text.length;
  for (let i = 0; i < text.length; i++) {
    h = Math.imul(h ^ text.charCodeAt(i), 3432918353);
    h = (h << 13) | (h >>> 19);
  }
  const seed = () => {
    h = Math.imul(h ^ (h >>> 16), 2246822507);
    h = Math.imul(h ^ (h >>> 13), 3266489909);
    h ^= h >>> 16;
    return h;
  };
  let a = seed();
  let b = seed();
  let c = seed();
  let counter = seed();
  return () => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return (t >>> 0) / 4294967296;
  };
}
