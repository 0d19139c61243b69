// A fingerprint of state: equal runs have equal fingerprints, in every browser and in Node.

/**
 * Two 32-bit hashes over the UTF-16 code units of `text`, mixed at the end; 16 hexadecimal digits.
 */
export function fingerprint(text: string): string {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 2654435761);
    b = Math.imul(b ^ unit, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return (a >>> 0).toString(16).padStart(8, "0") + (b >>> 0).toString(16).padStart(8, "0");
}

/**
 * FNV-1, 32 bits, over the UTF-8 bytes of `text`: what Kubernetes names controller revisions by.
 */
export function fnv32(bytes: Iterable<number>): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash, 0x01000193) ^ byte;
  return hash >>> 0;
}

/** FNV-1a, 32 bits. */
export function fnv32a(bytes: Iterable<number>): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

/** apimachinery/pkg/util/rand SafeEncodeString: the same length, in letters that make no words. */
export function safeEncode(text: string): string {
  const letters = "bcdfghjklmnpqrstvwxz2456789";
  let encoded = "";
  for (let i = 0; i < text.length; i++) encoded += letters[text.charCodeAt(i) % letters.length];
  return encoded;
}
