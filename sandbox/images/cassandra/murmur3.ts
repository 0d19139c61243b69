// Where a partition key falls on the ring: MurmurHash3, 128 bits for 64-bit machines, of which the
// first half is the token. Cassandra reads the bytes of the tail as signed, unlike everybody else.
// Upstream: org.apache.cassandra.utils.MurmurHash hash3_x64_128, dht/Murmur3Partitioner.java.

const C1 = 0x87c37b91114253d5n;
const C2 = 0x4cf5ad432745937fn;
export const MIN_TOKEN = -(2n ** 63n);

const u64 = (value: bigint): bigint => BigInt.asUintN(64, value);
const rotate = (value: bigint, by: bigint): bigint => u64((value << by) | (value >> (64n - by)));

function mix(value: bigint): bigint {
  let k = value;
  k = u64((k ^ (k >> 33n)) * 0xff51afd7ed558ccdn);
  k = u64((k ^ (k >> 33n)) * 0xc4ceb9fe1a85ec53n);
  return k ^ (k >> 33n);
}

const mix1 = (k: bigint): bigint => u64(rotate(u64(k * C1), 31n) * C2);
const mix2 = (k: bigint): bigint => u64(rotate(u64(k * C2), 33n) * C1);

/** The token of a serialized partition key. */
export function tokenOf(bytes: Uint8Array): bigint {
  if (bytes.length === 0) return MIN_TOKEN;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const blocks = bytes.length >> 4;
  let h1 = 0n;
  let h2 = 0n;
  for (let i = 0; i < blocks; i++) {
    h1 ^= mix1(view.getBigUint64(i * 16, true));
    h1 = u64((rotate(h1, 27n) + h2) * 5n + 0x52dce729n);
    h2 ^= mix2(view.getBigUint64(i * 16 + 8, true));
    h2 = u64((rotate(h2, 31n) + h1) * 5n + 0x38495ab5n);
  }
  const tail = bytes.subarray(blocks * 16);
  const signed = (from: number, to: number): bigint => {
    let k = 0n;
    for (let i = from; i < Math.min(to, tail.length); i++) {
      const byte = BigInt.asIntN(8, BigInt(tail[i] ?? 0));
      k ^= u64(byte << BigInt(8 * (i - from)));
    }
    return k;
  };
  if (tail.length > 8) h2 ^= mix2(signed(8, 15));
  if (tail.length > 0) h1 ^= mix1(signed(0, 8));
  const length = BigInt(bytes.length);
  h1 ^= length;
  h2 ^= length;
  h1 = u64(h1 + h2);
  h2 = u64(h2 + h1);
  h1 = mix(h1);
  h2 = mix(h2);
  const token = BigInt.asIntN(64, h1 + h2);
  // The smallest one means "no token".
  return token === MIN_TOKEN ? 2n ** 63n - 1n : token;
}
