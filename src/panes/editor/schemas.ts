// The schema of each era, and the texts of `kubectl explain` for it.

import type { Schema } from "../../../sandbox/api/schema.ts";
import { v1_3, v1_5, v1_11, v1_20, v1_34 } from "../../../sandbox/eras/schema/index.ts";

const schemas: Readonly<Record<string, Schema>> = {
  "v1.3": v1_3,
  "v1.5": v1_5,
  "v1.11": v1_11,
  "v1.20": v1_20,
  "v1.34": v1_34,
};

export const schemaOf = (era: string): Schema => schemas[era] ?? v1_34;

/** By type and by the field's name; "" is the type itself. */
export type Texts = Readonly<Record<string, Readonly<Record<string, string>>>>;

const files = import.meta.glob<string>("/generated/explain/*.json", {
  query: "?url",
  import: "default",
});
const loaded = new Map<string, Promise<Texts>>();

/** Fetched when something is first explained. */
export function textsOf(era: string): Promise<Texts> {
  let texts = loaded.get(era);
  if (!texts) {
    texts = fetchTexts(era);
    loaded.set(era, texts);
  }
  return texts;
}

async function fetchTexts(era: string): Promise<Texts> {
  const address = await files[`/generated/explain/${era}.json`]?.();
  if (!address) return {};
  const response = await fetch(address);
  return (await response.json()) as Texts;
}
