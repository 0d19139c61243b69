// Every rule fires where it should, and only there: each on a tree of a few lines.

import { describe, expect, test } from "vitest";
import { determinismRules } from "./determinism.ts";
import { layerRules } from "./layers.ts";
import { placeRules } from "./places.ts";
import { sizeRules } from "./sizes.ts";
import { textRules } from "./texts.ts";
import { type Rule, Tree } from "./tree.ts";
import { versionRules } from "./versions.ts";

type Texts = Readonly<Record<string, string>>;

function complaints(rules: readonly Rule[], texts: Texts): string[] {
  const tree = new Tree(texts);
  return rules.flatMap((rule) =>
    rule(tree).map(({ file, line, rule: said }) => `${file}:${line}: ${said}`),
  );
}

const lines = (count: number, line = "// x"): string => `${line}\n`.repeat(count);

describe("layers", () => {
  const target: Texts = {
    "sandbox/sim/a.ts": "export const a = 1;",
    "sandbox/api/b.ts": "export const b = 1;",
    "sandbox/client/c.ts": "export const c = 1;",
    "sandbox/apiserver/d.ts": "export const d = 1;",
    "sandbox/cluster.ts": "export const e = 1;",
    "sandbox/worker/protocol.ts": "export type P = 1;",
    "sandbox/worker/worker.ts": 'import { proxy } from "comlink";',
    "sandbox/x.test.ts": "",
    "src/s.ts": "export const s = 1;",
  };

  test.each<[string, string, string]>([
    ["sandbox/sim/x.ts", 'import { b } from "../api/b.ts";', "imports upwards: sandbox/api/b.ts"],
    [
      "sandbox/client/x.ts",
      'import type { d } from "../apiserver/d.ts";',
      "imports sideways: sandbox/apiserver/d.ts",
    ],
    [
      "sandbox/api/x.ts",
      'import { s } from "../../src/s.ts";',
      "the sandbox may not import src/s.ts",
    ],
    ["sandbox/api/x.ts", 'import { chunk } from "lodash";', "the sandbox may not use lodash"],
    [
      "sandbox/api/x.ts",
      'import { readFileSync } from "node:fs";',
      "the sandbox may not use node:fs",
    ],
    ["sandbox/api/x.ts", 'import { proxy } from "comlink";', "the sandbox may not use comlink"],
    ["sandbox/other/x.ts", 'import { a } from "../sim/a.ts";', "sandbox/other has no layer"],
    [
      "sandbox/api/x.ts",
      'import { z } from "./z.ts";',
      "imports sandbox/api/z.ts, which does not exist",
    ],
    ["sandbox/api/x.ts", 'import "../x.test.ts";', "only a test may import ../x.test.ts"],
    ["cli/x.ts", 'import { test } from "vitest";', "only a test may import vitest"],
    [
      "src/x.ts",
      'import { a } from "../sandbox/sim/a.ts";',
      "the site may not import sandbox/sim/a.ts",
    ],
    [
      "src/x.ts",
      'import { P } from "../sandbox/worker/protocol.ts";',
      "the site may not import sandbox/worker/protocol.ts",
    ],
    [
      "src/x.astro",
      '---\nimport { e } from "../sandbox/cluster.ts";\n---',
      "the site may not import sandbox/cluster.ts",
    ],
    ["src/x.ts", 'export { c } from "../cli/c.ts";', "the site may not import cli/c.ts"],
    [
      "content/a.mdx",
      '# A\n\nimport Lab from "../src/Lab.astro";',
      "content imports nothing: its components are given to it",
    ],
  ])("%s: %s", (path, text, rule) => {
    const said = complaints(layerRules, { ...target, [path]: text });
    expect(said.map((one) => one.replace(/:\d+:/, ":"))).toContain(`${path}: ${rule}`);
  });

  test("what goes down the layers, crosses by type, or is told as text is welcome", () => {
    const texts = {
      ...target,
      "sandbox/api/x.ts": 'import { parse } from "yaml";\nimport { a } from "../sim/a.ts";',
      "sandbox/controllers/x.ts": 'import { c } from "../client/c.ts";',
      "sandbox/session.ts": 'import { e } from "./cluster.ts";',
      "sandbox/sim/x.test.ts":
        'import { test } from "vitest";\nimport { d } from "../apiserver/d.ts";',
      "src/x.ts":
        'import type { P } from "../sandbox/worker/protocol.ts";\nimport { b } from "../sandbox/api/b.ts";\n' +
        'new Worker(new URL("../sandbox/worker/worker.ts", import.meta.url));',
      "content/a.mdx": '```js\nimport x from "y";\n```\n\nimport is a word.',
    };
    expect(complaints(layerRules, texts)).toEqual([]);
  });

  test("a circle of imports is told once, with its way; one of types is none", () => {
    const circle = {
      "cli/a.ts": 'import { b } from "./b.ts";\nexport const a = b;',
      "cli/b.ts": 'import { c } from "./c.ts";\nexport const b = c;',
      "cli/c.ts": 'import { a } from "./a.ts";\nexport const c = a;',
    };
    expect(complaints(layerRules, circle)).toEqual([
      "cli/c.ts:1: imports in a circle: cli/a.ts → cli/b.ts → cli/c.ts → cli/a.ts",
    ]);
    const byType = {
      ...circle,
      "cli/c.ts": 'import type { a } from "./a.ts";\nexport const c = 1;',
    };
    expect(complaints(layerRules, byType)).toEqual([]);
  });
});

describe("determinism", () => {
  test.each([
    ["Date.now();", "Date.now is banned in the sandbox"],
    ["new Date();", "Date of now is banned in the sandbox"],
    ["Date();", "Date of now is banned in the sandbox"],
    ["Date(3);", "Date of now is banned in the sandbox"],
    ["Math.random();", "Math.random is banned in the sandbox"],
    ["const roll = Math.random;", "Math.random is banned in the sandbox"],
    ['"a".localeCompare("b");', "localeCompare is banned in the sandbox"],
    ["(1).toLocaleString();", "toLocaleString is banned in the sandbox"],
    ["new Intl.NumberFormat();", "Intl is banned in the sandbox"],
    ["new WeakRef({});", "WeakRef is banned in the sandbox"],
    ["new FinalizationRegistry(() => {});", "FinalizationRegistry is banned in the sandbox"],
    ['await import("./a.ts");', "import() is banned in the sandbox"],
    ["let count = 0;", "a module of the sandbox keeps no state"],
    ["const cache = new Map<string, string>();", "a module of the sandbox keeps no state"],
    ["const cache: string[] = [];", "a module of the sandbox keeps no state"],
    ["const cache: Record<string, string> = {};", "a module of the sandbox keeps no state"],
    [
      "const queue = [1];\nfunction f() { queue.push(2); }",
      "a module of the sandbox keeps no state",
    ],
    ["class A { static count = 0; }", "a class of the sandbox keeps no state of its own"],
  ])("%s", (text, rule) => {
    expect(complaints(determinismRules, { "sandbox/sim/a.ts": text })).toContain(
      `sandbox/sim/a.ts:1: ${rule}`,
    );
  });

  test.each([
    ["new Date(0); Date.parse(text); Date.UTC(2020, 1);"],
    ["function f() { let count = 0; const cache = new Map(); return [count, cache]; }"],
    ["const words = new Set([1, 2]);\nconst empty: ReadonlyMap<string, string> = new Map();"],
    ["const none: readonly string[] = [];\nconst some = [1, 2];"],
    ["class A { static readonly zero = 0; #cache = new Map(); }"],
    ["const text = 'Date.now() and Math.random()'; // import()"],
  ])("not %s", (text) => {
    expect(complaints(determinismRules, { "sandbox/sim/a.ts": text })).toEqual([]);
  });

  test("tests, and what is not the sandbox, may", () => {
    const texts = { "sandbox/sim/a.test.ts": "Date.now();", "cli/a.ts": "let now = Date.now();" };
    expect(complaints(determinismRules, texts)).toEqual([]);
  });
});

describe("versions", () => {
  const rule = "a version is compared outside sandbox/eras";
  test.each([
    ['if (era.name === "v1.20") f();'],
    ['if ("1.5.2" != version) f();'],
    ['switch (era) { case "v1.3": f(); }'],
    ['version.startsWith("v1.1");'],
    ['["v1.3", "v1.5"].includes("v1.5");'],
    ["/^v1\\.3/.test(version);"],
    ["if (era.minor >= 9) f();"],
  ])("%s", (text) => {
    expect(complaints(versionRules, { "sandbox/api/a.ts": text })).toEqual([
      `sandbox/api/a.ts:1: ${rule}`,
    ]);
  });

  test.each([
    ['if (apiVersion === "v1" || apiVersion === "apps/v1beta1") f();'],
    ['const era = options.era ?? "v1.20";'],
    ["if (replicas < 3 && size === 1.5) f();"],
    ["/^v\\d+$/.test(version);"],
    ["if (era.gates.has('PodPriority')) f();"],
  ])("not %s", (text) => {
    expect(complaints(versionRules, { "sandbox/api/a.ts": text })).toEqual([]);
  });

  test("the eras may", () => {
    const texts = { "sandbox/eras/a.ts": 'if (name === "v1.20") f();' };
    expect(complaints(versionRules, texts)).toEqual([]);
  });
});

describe("places", () => {
  const used = 'import "../sandbox/a.ts";';

  test.each([
    "utils.ts",
    "helpers.ts",
    "common.ts",
    "misc.ts",
    "manager.ts",
    "types.ts",
    "utils/x.ts",
  ])("a file called %s says nothing", (name) => {
    const texts = { [`cli/${name}`]: "", "cli/kennel.ts": `import "./${name}";` };
    expect(complaints(placeRules, texts)).toEqual([
      `cli/${name}:1: a name that says nothing: name it for what is in it`,
    ]);
  });

  test("a name is in kebab-case, but for components and routes", () => {
    const texts = {
      "cli/kennel.ts":
        'import "./Upper.ts"; import "./under_score.ts"; import "../sandbox/eras/v1.20.ts";',
      "cli/Upper.ts": "",
      "cli/under_score.ts": "",
      "sandbox/eras/v1.20.ts": "",
      "src/pages/[...slug].astro": '---\nimport Page from "../Page.astro";\n---',
      "src/Page.astro": "",
    };
    const rule = "a name that is not in kebab-case";
    expect(complaints(placeRules, texts)).toEqual([
      `cli/Upper.ts:1: ${rule}`,
      `cli/under_score.ts:1: ${rule}`,
    ]);
  });

  test("a file that nobody or only its test imports is told", () => {
    const texts = {
      "sandbox/a.ts": "",
      "sandbox/a.test.ts": 'import { a } from "./a.ts";',
      "sandbox/b.ts": "",
      "cli/kennel.ts": 'import "../sandbox/b.ts";',
      "scripts/build.ts": "",
      "scripts/old.ts": "",
      "package.json": '{ "scripts": { "build": "node scripts/build.ts" } }',
    };
    const rule = "nobody imports it, but for its tests";
    expect(complaints(placeRules, texts)).toEqual([
      `sandbox/a.ts:1: ${rule}`,
      `scripts/old.ts:1: ${rule}`,
    ]);
  });

  test("a worker that is reached by its URL is used", () => {
    const texts = {
      "src/pages/a.ts": 'new Worker(new URL("../../sandbox/worker/worker.ts", import.meta.url));',
      "sandbox/worker/worker.ts": "",
    };
    expect(complaints(placeRules, texts)).toEqual([]);
  });

  describe("an index", () => {
    const index: Texts = {
      "cli/kennel.ts":
        'import { commands } from "../sandbox/x/index.ts"; import "../sandbox/x/label.ts";',
      "sandbox/x/index.ts":
        'import type { Command } from "./command.ts";\nimport { get } from "./get.ts";\n' +
        "export const commands: readonly Command[] = [get];",
      "sandbox/x/command.ts": "export interface Command {}",
      "sandbox/x/get.ts":
        'import { part } from "./part.ts";\nexport const get = defineCommand<Options>({ part });',
      "sandbox/x/part.ts": "export const part: Command = {};",
      "sandbox/x/label.ts": "",
    };

    test.each([["export const label = defineCommand({});"], ["export const label: Command = {};"]])(
      "misses %s",
      (text) => {
        expect(complaints(placeRules, { ...index, "sandbox/x/label.ts": text })).toEqual([
          "sandbox/x/label.ts:1: label is missing from sandbox/x/index.ts",
        ]);
      },
    );

    test("misses the value of a record", () => {
      const texts = {
        ...index,
        "sandbox/x/index.ts":
          'import type { Command } from "./command.ts";\nimport { get } from "./get.ts";\n' +
          "export const commands: Readonly<Record<string, Command>> = { get };",
        "sandbox/x/label.ts": "export const label: Command = {};",
      };
      expect(complaints(placeRules, texts)).toEqual([
        "sandbox/x/label.ts:1: label is missing from sandbox/x/index.ts",
      ]);
    });

    test("misses nothing that is of another kind, or belongs to a nearer index", () => {
      const texts = {
        ...index,
        "sandbox/x/label.ts": 'import "./y/index.ts"; import "./y/set.ts"; export const label = 1;',
        "sandbox/x/y/index.ts": "",
        "sandbox/x/y/set.ts": "export const set = defineCommand({});",
      };
      expect(complaints(placeRules, texts)).toEqual([]);
    });
  });

  test("what is used is not told", () => {
    expect(complaints(placeRules, { "sandbox/a.ts": "", "cli/kennel.ts": used })).toEqual([]);
  });
});

describe("sizes", () => {
  const none = { lines: {}, imports: {}, functions: {} };

  test("a file of more than 500 lines is too long, unless it is a table of data", () => {
    const texts = {
      "sandbox/a.ts": lines(501),
      "sandbox/b.ts": lines(500),
      "sandbox/eras/schema/v1.20.ts": lines(900),
    };
    expect(complaints(sizeRules(none), texts)).toEqual([
      "sandbox/a.ts:1: 501 lines; 500 are allowed",
    ]);
  });

  test("a function of more than 70 lines is too long, whatever its form", () => {
    const body = (count: number): string => `{\n${lines(count - 2, "f();")}}`;
    const texts = {
      "cli/a.ts": `function f() ${body(71)}\nconst g = () => ${body(71)};\nclass A {\n  m() ${body(71)}\n}`,
      "cli/b.ts": `function f() ${body(70)}`,
    };
    const rule = "a function of 71 lines; 70 are allowed";
    expect(complaints(sizeRules(none), texts)).toEqual([
      `cli/a.ts:1: ${rule}`,
      `cli/a.ts:72: ${rule}`,
      `cli/a.ts:144: ${rule}`,
    ]);
  });

  test("a listed function may be as long as it is, and no longer", () => {
    const text = `function f() {\n${lines(78, "g();")}}`;
    const listed = (length: number) => ({ ...none, functions: { "cli/a.ts": length } });
    expect(complaints(sizeRules(listed(80)), { "cli/a.ts": text })).toEqual([]);
    expect(complaints(sizeRules(listed(79)), { "cli/a.ts": text })).toEqual([
      "cli/a.ts:1: a function of 80 lines; 79 are allowed",
    ]);
    expect(complaints(sizeRules(listed(90)), { "cli/a.ts": text })).toEqual([
      "cli/a.ts:1: 80 lines in its longest function; the list allows 90: write 80 there",
    ]);
  });

  test("the lines of the functions inside a function are theirs", () => {
    const inner = (name: string): string =>
      `  const ${name} = () => {\n${lines(40, "    f();")}  };\n`;
    const text = `function outer() {\n${inner("a")}${inner("b")}}`;
    expect(complaints(sizeRules(none), { "cli/a.ts": text })).toEqual([]);
  });

  test("more than 15 imports are too many, but for an index", () => {
    const text = Array.from({ length: 16 }, (_, at) => `import "./${at}.ts";`).join("\n");
    expect(complaints(sizeRules(none), { "cli/a.ts": text, "cli/index.ts": text })).toEqual([
      "cli/a.ts:1: 16 imports; 15 are allowed",
    ]);
  });

  test("what is listed may stay as it is, and leaves the list as it shrinks", () => {
    const listed = {
      imports: {},
      functions: {},
      lines: { "cli/a.ts": 600, "cli/b.ts": 600, "cli/c.ts": 600 },
    };
    const texts = { "cli/a.ts": lines(600), "cli/b.ts": lines(599), "cli/c.ts": lines(500) };
    expect(complaints(sizeRules(listed), texts)).toEqual([
      "cli/b.ts:1: 599 lines; the list allows 600: write 599 there",
      "cli/c.ts:1: 500 lines; the list allows 600: take it from there",
    ]);
    expect(complaints(sizeRules(listed), { ...texts, "cli/a.ts": lines(601) })).toContain(
      "cli/a.ts:1: 601 lines; 600 are allowed",
    );
    expect(complaints(sizeRules({ ...none, imports: { "cli/a.ts": 20 } }), {})).toEqual([
      "cli/a.ts:1: is in the list of imports, and not there",
    ]);
  });

  test("a comment of more than 100 columns is too wide", () => {
    const comment = `// ${"x".repeat(98)}`;
    expect(complaints(sizeRules(none), { "cli/a.ts": `f();\n  ${comment}\n` })).toEqual([
      "cli/a.ts:2: a comment of 103 columns; 100 are allowed",
    ]);
  });
});

/** Put together here, so that no file of ours has it in it. */
const inWork = ["", "work", "main", "x"].join("/");

describe("texts", () => {
  test.each([
    ["README.md", `see ${inWork}`, "a path of somebody's machine"],
    ["cli/a.ts", 'const source = "/tmp/up/k8s";', "a path of somebody's machine"],
    [
      "package-lock.json",
      '"resolved": "https://a.b/c.tgz"',
      "a registry's host in the lockfile: npm config omit-lockfile-registry-resolved",
    ],
    [".npmrc", "registry=https://registry.npmjs.org/", "a registry's host"],
    ["cli/a.ts", "// TODO: later", "something unfinished"],
    ["src/a.astro", "<!-- FIXME -->", "something unfinished"],
    ["cli/a.ts", "// @ts-ignore", "a check is switched off"],
    ["cli/a.ts", "// @ts-expect-error", "an error is expected outside of the canary"],
    ["cli/a.test.ts", 'test.only("a", f);', "a test is left out"],
    ["cli/a.ts", "try { f(); } catch {}", "an error is swallowed"],
    ["cli/a.ts", "const a = b as unknown as C;", "a type is forced: as unknown as"],
  ])("%s: %s", (path, text, rule) => {
    expect(complaints(textRules, { [path]: `\n${text}\n` })).toEqual([`${path}:2: ${rule}`]);
  });

  test("plain words pass", () => {
    const texts = {
      "README.md": `It does the /work of many, at home/user/x and /var${inWork}.`,
      "cli/a.ts": "try { f(); } catch { g(); }\nconst a = b as unknown;\ntest.each([])(f);",
      "sandbox/canary.ts": "// @ts-expect-error\nvoid setTimeout;",
    };
    expect(complaints(textRules, texts)).toEqual([]);
  });
});
