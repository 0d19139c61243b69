// Writes the facts of a release in the notation of sandbox/api/schema/table.ts: all of them, or
// what differs from the next newer release.

import { type Entry, type Release, readTable } from "../../sandbox/api/schema/table.ts";
import type { TypeFacts } from "./facts.ts";

/** Lines for `facts`; `newer` is the release that they are told apart from. */
export function writeTable(described: readonly TypeFacts[], newer?: Release): string {
  const base = newer && readTable(newer);
  // What has values in a newer release is written as if it had them in this one: it differs less.
  const facts = described.map((type) => {
    const values = type.alias === "s" ? base?.entry(type.key)?.alias : undefined;
    return values === undefined ? type : { ...type, alias: `s${values}` };
  });
  const packages = new Map<string, TypeFacts[]>();
  for (const type of facts) {
    const id = packageOf(type.key);
    packages.set(id, [...(packages.get(id) ?? []), type]);
  }
  const ids = [...packages.keys()].sort(byVersion);
  const plainStrings = new Set(facts.filter((type) => type.alias === "s").map((type) => type.key));
  const lines: string[] = [];
  for (const id of ids) {
    const types = (packages.get(id) ?? [])
      .filter((type) => type.alias !== "s")
      .sort((a, b) => (a.key < b.key ? -1 : 1));
    const kinds = types.filter((type) => type.isKind).map((type) => nameOf(type.key));
    const written = types.map((type) => quoteStrings(type, plainStrings));
    const known = (key: string) => base?.entry(key);
    const likes = [
      "",
      ...ids.filter((other) => byVersion(other, id) < 0 && sameGroup(other, id)),
      ...[...(base?.kinds.keys() ?? [])].filter(
        (other) => !packages.has(other) && sameGroup(other, id),
      ),
    ];
    const candidates = likes.map((like) => ({
      like,
      lines: written.flatMap((type) => {
        const key = `${like || id}.${nameOf(type.key)}`;
        const own = like ? inOwn(key, packages, plainStrings) : undefined;
        return writeType(type, own ?? known(key));
      }),
    }));
    candidates.sort((a, b) => size(a.lines) + a.like.length - size(b.lines) - b.like.length);
    const best = candidates[0];
    if (!best) continue;
    lines.push([`#${id}${best.like ? `<${best.like}` : ""}`, ...kinds].join(" "), ...best.lines);
  }
  return lines.join("\n");
}

const size = (lines: readonly string[]) => lines.join("\n").length;
const packageOf = (key: string) => key.slice(0, key.lastIndexOf("."));
const nameOf = (key: string) => key.slice(key.lastIndexOf(".") + 1);

/** Groups by name; within a group v1 before v2 before betas, so that the others can be like it. */
function byVersion(a: string, b: string): number {
  const rank = (id: string) => {
    const [group = "", version = ""] = id.split("/");
    const first = group === "extensions" ? "~" : group;
    return `${first}/${/^v\d+$/.test(version) ? 0 : version.includes("beta") ? 1 : 2}${version}`;
  };
  return rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : 0;
}

const sameGroup = (a: string, b: string) =>
  a.split("/")[0] === b.split("/")[0] || b.startsWith("extensions/");

function inOwn(
  key: string,
  packages: ReadonlyMap<string, readonly TypeFacts[]>,
  plainStrings: ReadonlySet<string>,
): Entry | undefined {
  const type = packages.get(packageOf(key))?.find((each) => each.key === key);
  return type && entryOf(quoteStrings(type, plainStrings));
}

const entryOf = ({ fields, alias, isAtomic }: TypeFacts): Entry => ({
  fields,
  alias: alias === undefined ? undefined : shortAlias(alias),
  atomic: isAtomic,
});

/** `s(A,B)` is written `(A,B)`. */
const shortAlias = (alias: string) => alias.replace(/^s\(/, "(");

/** References to named strings without listed values become `'Name`. */
function quoteStrings(type: TypeFacts, plainStrings: ReadonlySet<string>): TypeFacts {
  const fields = new Map<string, string>();
  for (const [name, notation] of type.fields) {
    fields.set(
      name,
      notation.replace(
        /^([!+~-]?:[*[{]*)((?:[a-z]\w*(?:\/\w+)?\.)?[A-Z]\w*)/,
        (all, before, reference) => {
          const plain =
            reference.startsWith("types.") || plainStrings.has(keyOf(reference, type.key));
          return plain ? `${before}'${reference}` : all;
        },
      ),
    );
  }
  return { ...type, fields };
}

function keyOf(reference: string, from: string): string {
  if (!reference.includes(".")) return `${packageOf(from)}.${reference}`;
  return reference.replace(/^(core|meta)\./, "$1/v1.");
}

function writeType(type: TypeFacts, base: Entry | undefined): string[] {
  const name = nameOf(type.key);
  if (type.alias !== undefined) {
    const alias = shortAlias(type.alias);
    return base?.alias === alias ? [] : [`${name}=${alias}`];
  }
  const atomic = type.isAtomic ? "@" : "";
  const whole = [
    `${name}${base && base.fields.size > 0 ? "!" : ""}${atomic}`,
    ...tokens(type.fields),
  ].join(" ");
  if (!base || base.alias !== undefined) return [whole];
  const difference = differences(type.fields, base.fields);
  if (difference.length === 0 && base.atomic === type.isAtomic) return [];
  const short = [`${name}${atomic}`, ...difference].join(" ");
  return [short.length < whole.length ? short : whole];
}

const tokens = (fields: ReadonlyMap<string, string>) =>
  [...fields].map(([name, rest]) => name + rest);

function differences(
  wanted: ReadonlyMap<string, string>,
  base: ReadonlyMap<string, string>,
): string[] {
  const result = [...base.keys()].filter((name) => !wanted.has(name)).map((name) => `/${name}`);
  const order = [...base.keys()].filter((name) => wanted.has(name));
  let previous = "";
  for (const [name, rest] of wanted) {
    const at = order.indexOf(name);
    const expected = previous === "" ? 0 : order.indexOf(previous) + 1;
    if (at < 0 && expected === order.length) {
      result.push(name + rest);
      order.push(name);
    } else if (at !== expected) {
      result.push(`>${previous}`, name + rest);
      if (at >= 0) order.splice(at, 1);
      order.splice(previous === "" ? 0 : order.indexOf(previous) + 1, 0, name);
    } else if (base.get(name) !== rest) {
      result.push(name + rest);
    }
    previous = name;
  }
  return result;
}
