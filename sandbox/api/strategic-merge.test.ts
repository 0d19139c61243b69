import { describe, expect, test } from "vitest";
import { type PatchMeta, strategicMergePatch } from "./strategic-merge.ts";
import { parseYaml } from "./yaml/parser.ts";

type Fields = Record<string, unknown>;

const plain: PatchMeta = { merge: false, replace: false, retainKeys: false };
const byName: PatchMeta = { ...plain, merge: true, mergeKey: "name", type: "thing" };

/** A type with a field of each sort. */
const fields: Readonly<Record<string, PatchMeta>> = {
  items: byName,
  numbers: { ...plain, merge: true },
  things: { ...plain, type: "thing" },
  words: plain,
  part: { ...plain, type: "thing" },
  whole: { ...plain, replace: true, type: "thing" },
  choice: { ...plain, retainKeys: true, type: "thing" },
  choices: { ...byName, retainKeys: true },
  loose: { ...plain, merge: true, type: "thing" },
};
const schema = { patchMeta: (_type: string, field: string) => fields[field] };

const merged = (target: string, patch: string): unknown =>
  strategicMergePatch(parseYaml(target) as Fields, parseYaml(patch) as Fields, {
    schema,
    type: "thing",
  });

/** What happens, then the target, the patch and what comes out of them. */
const cases = rows(`
an empty patch changes nothing
  {a: 1}
  {}
  {a: 1}
a field is added
  {a: 1}
  {b: 2}
  {a: 1, b: 2}
a field is replaced
  {a: 1}
  {a: 2}
  {a: 2}
null takes a field away
  {a: 1, b: 2}
  {a: null}
  {b: 2}
null for what is not there means nothing
  {a: 1}
  {b: null}
  {a: 1}
a map is merged field by field
  {part: {a: 1, b: 2}}
  {part: {b: 3}}
  {part: {a: 1, b: 3}}
a new map comes without its nulls
  {}
  {part: {a: null, b: 1}}
  {part: {b: 1}}
nulls go deep down, too
  {part: {a: {b: 1, c: 2}}}
  {part: {a: {b: null}}}
  {part: {a: {c: 2}}}
a map takes the place of a plain value
  {part: 1}
  {part: {a: 1}}
  {part: {a: 1}}
a plain value takes the place of a map
  {part: {a: 1}}
  {part: x}
  {part: x}
a type that is not known is merged like a map
  {q: {a: 1}}
  {q: {b: 2}}
  {q: {a: 1, b: 2}}
$patch: replace takes only what the patch says
  {part: {a: 1}}
  {part: {$patch: replace, b: 2}}
  {part: {b: 2}}
$patch: replace may stand at the top
  {a: 1, b: 2}
  {$patch: replace, c: 3}
  {c: 3}
$patch: delete leaves an empty map
  {part: {a: 1}}
  {part: {$patch: delete}}
  {part: {}}
a new map that shall be deleted does not come
  {a: 1}
  {part: {$patch: delete}}
  {a: 1}
a field that is replaced whole keeps nothing
  {whole: {a: 1}}
  {whole: {b: 2}}
  {whole: {b: 2}}
$retainKeys drops all other fields
  {choice: {a: 1, b: 2}}
  {choice: {$retainKeys: [b, c], c: 3}}
  {choice: {b: 2, c: 3}}
$retainKeys with nothing else only drops
  {choice: {a: 1, b: 2}}
  {choice: {$retainKeys: [a]}}
  {choice: {a: 1}}
$retainKeys and null agree
  {choice: {a: 1, b: 2}}
  {choice: {$retainKeys: [a], b: null}}
  {choice: {a: 1}}
a list without a strategy is replaced
  {words: [a, b]}
  {words: [c]}
  {words: [c]}
also one of maps
  {things: [{name: a, x: 1}]}
  {things: [{name: a, z: 2}]}
  {things: [{name: a, z: 2}]}
an empty list replaces, too
  {words: [a]}
  {words: []}
  {words: []}
a list takes the place of a map
  {words: {a: 1}}
  {words: [a]}
  {words: [a]}
values are added to a merging list
  {numbers: [1, 2]}
  {numbers: [3]}
  {numbers: [3, 1, 2]}
a value does not come twice
  {numbers: [1, 2]}
  {numbers: [2, 3]}
  {numbers: [1, 2, 3]}
$deleteFromPrimitiveList takes values away
  {numbers: [1, 2, 3]}
  {$deleteFromPrimitiveList/numbers: [1, 3]}
  {numbers: [2]}
one can be added while another goes
  {numbers: [1, 2]}
  {$deleteFromPrimitiveList/numbers: [1], numbers: [3]}
  {numbers: [3, 2]}
what is not there cannot be taken away
  {a: 1}
  {$deleteFromPrimitiveList/numbers: [1]}
  {a: 1}
$setElementOrder orders plain values
  {numbers: [1, 2, 3]}
  {$setElementOrder/numbers: [3, 1, 2]}
  {numbers: [3, 1, 2]}
an item is found by its key
  {items: [{name: a, x: 1}]}
  {items: [{name: a, z: 2}]}
  {items: [{name: a, x: 1, z: 2}]}
an item that is new comes before the others
  {items: [{name: a}]}
  {items: [{name: b}]}
  {items: [{name: b}, {name: a}]}
items go into the order of the patch
  {items: [{name: a}, {name: b}]}
  {items: [{name: b}, {name: a}]}
  {items: [{name: b}, {name: a}]}
what only the server has keeps its place
  {items: [{name: a}, {name: b}, {name: c}]}
  {items: [{name: c, x: 1}]}
  {items: [{name: a}, {name: b}, {name: c, x: 1}]}
a field of an item is taken away
  {items: [{name: a, x: 1, z: 2}]}
  {items: [{name: a, x: null}]}
  {items: [{name: a, z: 2}]}
an item is deleted
  {items: [{name: a}, {name: b}]}
  {items: [{name: a, $patch: delete}]}
  {items: [{name: b}]}
an item that is not there can be deleted
  {items: [{name: b}]}
  {items: [{name: a, $patch: delete}]}
  {items: [{name: b}]}
all with the key are deleted
  {items: [{name: a, x: 1}, {name: a, x: 2}, {name: b}]}
  {items: [{name: a, $patch: delete}]}
  {items: [{name: b}]}
a list is replaced by one of its items saying so
  {items: [{name: a}, {name: b}]}
  {items: [{name: c}, {$patch: replace}]}
  {items: [{name: c}]}
that alone empties the list
  {items: [{name: a}]}
  {items: [{$patch: replace}]}
  {items: []}
a new list comes without what it deletes
  {}
  {items: [{name: a}, {name: b, $patch: delete}]}
  {items: [{name: a}]}
lists in items are merged, too
  {items: [{name: a, items: [{name: x, v: 1}]}]}
  {items: [{name: a, items: [{name: x, w: 2}]}]}
  {items: [{name: a, items: [{name: x, v: 1, w: 2}]}]}
an item may be replaced as a map
  {items: [{name: a, part: {x: 1}}]}
  {items: [{name: a, part: {$patch: replace, z: 2}}]}
  {items: [{name: a, part: {z: 2}}]}
items of a list may say which keys they keep
  {choices: [{name: a, x: 1, z: 2}]}
  {choices: [{name: a, $retainKeys: [name, z]}]}
  {choices: [{name: a, z: 2}]}
$setElementOrder orders items
  {items: [{name: a}, {name: b}]}
  {$setElementOrder/items: [{name: b}, {name: a}]}
  {items: [{name: b}, {name: a}]}
also while one is added
  {items: [{name: a}, {name: b}]}
  {$setElementOrder/items: [{name: b}, {name: c}, {name: a}], items: [{name: c}]}
  {items: [{name: b}, {name: c}, {name: a}]}
an order may name what is not there
  {items: [{name: a}]}
  {$setElementOrder/items: [{name: b}, {name: a}]}
  {items: [{name: a}]}
an order for no list is nothing
  {a: 1}
  {$setElementOrder/items: [{name: b}]}
  {a: 1}
what others added stays before what followed it
  {items: [{name: x}, {name: a}, {name: b}]}
  {$setElementOrder/items: [{name: a}, {name: b}], items: [{name: b, v: 1}]}
  {items: [{name: x}, {name: a}, {name: b, v: 1}]}
what is added takes the place of what is deleted
  {items: [{name: a}, {name: b}, {name: c}]}
  {$setElementOrder/items: [{name: b}, {name: d}], items: [{name: d}, {name: a, $patch: delete}]}
  {items: [{name: b}, {name: c}, {name: d}]}
a new list is ordered, too
  {}
  {$setElementOrder/items: [{name: b}, {name: a}], items: [{name: b}, {name: a}]}
  {items: [{name: b}, {name: a}]}
`);

/** The same, with what is said instead. */
const refusals = rows(`
a directive of a map that is not known
  {part: {}}
  {part: {$patch: merge}}
  unknown patch type: merge in map: map[$patch:merge]
a directive of an item that is not known
  {items: [{name: a}]}
  {items: [{name: a, $patch: x}]}
  unknown patch type: x in map: map[$patch:x name:a]
an item that asks to be merged
  {items: [{name: a}]}
  {items: [{name: a, $patch: merge}]}
  merging lists cannot yet be specified in the patch
an item without its key
  {items: [{name: a}]}
  {items: [{image: x}]}
  map: map[image:x] does not contain declared merge key: name
maps in a list without a key
  {loose: [{name: a}]}
  {loose: [{name: b}]}
  cannot merge lists without merge key for thing
lists in lists
  {numbers: [[1]]}
  {numbers: [[2]]}
  lists of lists are not supported
fields that it does not retain
  {choice: {a: 1}}
  {choice: {$retainKeys: [a], b: 2}}
  invalid patch format of retainKeys
an order that is no list
  {items: []}
  {$setElementOrder/items: x}
  invalid patch format of setElementOrder list
a deletion that is no list
  {numbers: [1]}
  {$deleteFromPrimitiveList/numbers: 1}
  invalid patch format of primitive list
items in another order than it says
  {items: []}
  {$setElementOrder/items: [{name: a}, {name: b}], items: [{name: b}, {name: a}]}
  The order in patch list:\\n[map[name:b] map[name:a]]\\n doesn't match $setElementOrder list:\\n[map[name:a] map[name:b]]\\n
`);

interface Row {
  readonly what: string;
  readonly target: string;
  readonly patch: string;
  readonly result: string;
}

function rows(text: string): Row[] {
  const lines = text.trim().split("\n");
  return Array.from({ length: lines.length / 4 }, (_, at) => {
    const [what = "", target = "", patch = "", result = ""] = lines.slice(at * 4);
    return { what, target, patch, result: result.trim() };
  });
}

describe("a strategic merge patch", () => {
  test.each(cases)("$what", ({ target, patch, result }) => {
    expect(merged(target, patch)).toEqual(parseYaml(result));
  });

  test("does not touch what it was given", () => {
    const target = Object.freeze({ items: Object.freeze([Object.freeze({ name: "a" })]) });
    const patch = Object.freeze({ items: Object.freeze([Object.freeze({ name: "a", x: 1 })]) });
    const place = { schema, type: "thing" };
    const result = strategicMergePatch(target as Fields, patch as Fields, place);
    expect(result).toEqual({ items: [{ name: "a", x: 1 }] });
  });
});

describe("a strategic merge patch is refused for", () => {
  test.each(refusals)("$what", ({ target, patch, result }) => {
    expect(() => merged(target, patch)).toThrow(result.replaceAll("\\n", "\n"));
  });
});
