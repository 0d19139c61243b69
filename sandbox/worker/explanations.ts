// What `kubectl explain` says of an era: a file beside the script, fetched when it is first wanted.

import type { Explanations } from "../programs/bin/catalog.ts";

/** What Vite makes of a pattern: for each file what gives its address. */
interface Globs {
  glob(
    pattern: string,
    options: { readonly query: string; readonly import: string },
  ): Readonly<Record<string, () => Promise<string>>>;
}

const files = (import.meta as ImportMeta & Globs).glob("/generated/explain/*.json", {
  query: "?url",
  import: "default",
});

/** Nothing for an era that nothing was collected of. */
export async function explanationsOf(era: string): Promise<Explanations> {
  const address = await files[`/generated/explain/${era}.json`]?.();
  if (address === undefined) return {};
  return (await (await fetch(address)).json()) as Explanations;
}
