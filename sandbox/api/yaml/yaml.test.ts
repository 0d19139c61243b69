import { expect, test } from "vitest";
import { parseYaml } from "./parser.ts";
import { writeYaml } from "./write.ts";

const problem = (text: string): string => {
  try {
    parseYaml(text);
  } catch (error) {
    return (error as Error).message;
  }
  return "no problem";
};

test("a manifest is read with its nested lists, flow collections and blocks", () => {
  const text = [
    "metadata: {name: web, labels: {app: nginx}} # a comment",
    "spec:",
    "  ports:",
    "  - port: 80",
    "    name: http",
    "  -   - 1",
    "      - [2, 3,]",
    'quoted: "a\\tb\\u00e9 \\',
    '  c"',
    "single: 'it''s'",
    "literal: |",
    "  one",
    "",
    "    two",
    "folded: >-",
    "  three",
    "  four",
    "plain: two",
    "  lines",
  ].join("\n");
  expect(parseYaml(text)).toEqual({
    metadata: { name: "web", labels: { app: "nginx" } },
    spec: { ports: [{ port: 80, name: "http" }, [1, [2, 3]]] },
    quoted: "a\tbé c",
    single: "it's",
    literal: "one\n\n  two\n",
    folded: "three four",
    plain: "two lines",
  });
});

test("plain scalars mean what they mean in YAML 1.1", () => {
  const text =
    "[yes, No, ~, 010, 0x1f, 1_000, -3, .5, 1e3, 1.2.3, 2020-01-01, 0644, 12:30, 1Gi, =]";
  expect(parseYaml(text)).toEqual([
    ...[
      true,
      false,
      null,
      8,
      31,
      1000,
      -3,
      0.5,
      1000,
      "1.2.3",
      "2020-01-01",
      420,
      "12:30",
      "1Gi",
      "=",
    ],
  ]);
});

test("anchors, aliases, merges and tags are followed", () => {
  const text = "base: &b {a: 1, b: 2}\nnext: {<<: *b, b: 3}\nagain: *b\ntext: !!str 5\n";
  expect(parseYaml(text)).toEqual({
    base: { a: 1, b: 2 },
    next: { a: 1, b: 3 },
    again: { a: 1, b: 2 },
    text: "5",
  });
});

test.each([
  ["a: b\n\tc: d\n", "line 2: found a tab character that violates indentation"],
  ["a:\n\tc: d\n", "line 2: found character that cannot start any token"],
  ["a: b\n  c: d\n", "line 2: mapping values are not allowed in this context"],
  ["a: [1, 2\nb: c\n", "line 1: did not find expected ',' or ']'"],
  ["a: {b: 1\nc: d}}\n", "line 1: did not find expected ',' or '}'"],
  ['a:\nb: "c\nd: e\n', "line 4: found unexpected end of stream"],
  ["a:\n- b\n c: d\n", "line 3: mapping values are not allowed in this context"],
  ["a: 1\nb\n", "line 3: could not find expected ':'"],
  ["a: *x\n", "unknown anchor 'x' referenced"],
  ["- a\nb: c\n", "line 1: did not find expected '-' indicator"],
  ["a: 1\n b: 2\n", "line 2: mapping values are not allowed in this context"],
  ["a:\n  b: 1\n c: 2\n", "line 2: did not find expected key"],
  ["x:\n  a: %b\n", "line 2: found character that cannot start any token"],
  ["x:\n  a: @b\n", "line 2: found character that cannot start any token"],
])("%j is refused in the words of Go's library", (text, words) => {
  expect(problem(text)).toBe(`yaml: ${words}`);
});

test("values are written as Kubernetes tools write them", () => {
  const value = {
    items: [1, [2, 3], { empty: [], none: {} }, "a: b"],
    "": "",
    yes: "yes",
    block: "line\n\n  lines\n",
    kept: "x\n\n",
    cut: " lead\nx",
    number: 1.5,
    nothing: null,
    date: "2020-01-01",
    comment: "#c",
    tab: "tab\t",
    n10: "12:30:45",
    n9: "0x1f",
    long: `${"a".repeat(70)} bbb bbbbbbbbbbb ccc`,
  };
  const text = writeYaml(value);
  expect(text.split("\n")).toEqual([
    '"": ""',
    "block: |",
    "  line",
    "",
    "    lines",
    "comment: '#c'",
    "cut: |2-",
    "   lead",
    "  x",
    'date: "2020-01-01"',
    "items:",
    "- 1",
    "- - 2",
    "  - 3",
    "- empty: []",
    "  none: {}",
    "- 'a: b'",
    "kept: |+",
    "  x",
    "",
    `long: ${"a".repeat(70)} bbb bbbbbbbbbbb`,
    "  ccc",
    'n9: "0x1f"',
    'n10: "12:30:45"',
    "nothing: null",
    "number: 1.5",
    'tab: "tab\\t"',
    '"yes": "yes"',
    "",
  ]);
  expect(parseYaml(text)).toEqual(value);
});
