// What must hold, checked where it must hold. A failed assertion is our bug, never the reader's: it
// stops the sandbox, and the report that the page shows replays it (scene + inputs).

/**
 * A rule of the sandbox's own was broken. Nobody catches it but the host, which stops and reports.
 */
export class BrokenInvariant extends Error {
  override readonly name = "BrokenInvariant";
}

/** Stops the sandbox unless `condition` holds; `message` says what must hold. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new BrokenInvariant(message);
}

/** The value, which must be there. */
export function present<T>(value: T | undefined | null, what: string): T {
  assert(value !== undefined && value !== null, `${what} must be there`);
  return value;
}
