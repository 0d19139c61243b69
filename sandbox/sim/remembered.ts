// What is worked out of an object that never changes need not be worked out twice. Only frozen
// objects are remembered, weakly: whoever asks cannot tell whether it was.

/** The same function, quicker for frozen objects that it was asked about before. */
export function remembered<K extends object, V>(work: (of: K) => V): (of: K) => V {
  const known = new WeakMap<K, { readonly value: V }>();
  return (of) => {
    const before = known.get(of);
    if (before) return before.value;
    const value = work(of);
    if (Object.isFrozen(of)) known.set(of, { value });
    return value;
  };
}
