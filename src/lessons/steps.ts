// A lesson as a list of steps, read from its MDX without running it: sections, console blocks,
// tasks. Slides, "jump here", the tests and the recorder all go by this list. The parser is the one
// that renders the page.

import { mdxToMdast } from "satteri";
import { ContentMistake } from "../content/mistake.ts";
import { type ConsoleCommand, readConsole } from "./console.ts";
import { type Fence, readFence } from "./fence.ts";
import { type Literal, readLiteral } from "./literal.ts";
import { slugOf } from "./slug.ts";

export interface LessonSteps {
  readonly file: string;
  /** The YAML between the first two `---`, without them. */
  readonly frontmatter: string;
  readonly sections: readonly Section[];
  readonly steps: readonly Step[];
}

/** From one `##` heading to the next. What stands above the first one belongs to none. */
export interface Section {
  readonly slug: string;
  readonly title: string;
  readonly line: number;
}

export type Step = ConsoleStep | TaskStep;

export interface ConsoleStep extends Fence {
  readonly kind: "console";
  /** Among the lesson's console blocks, from 0. */
  readonly number: number;
  readonly commands: readonly ConsoleCommand[];
  /** The slug of its section; empty above the first one. */
  readonly section: string;
  /** The line of the file on which the fence stands, from 1. */
  readonly line: number;
}

export interface TaskStep {
  readonly kind: "task";
  readonly id: string;
  /** A command line; exit status 0 means done. */
  readonly check: string;
  /** Command lines that do it. */
  readonly solution: readonly string[];
  readonly hints: readonly string[];
  readonly section: string;
  readonly line: number;
}

type MdastNode = ReturnType<typeof mdxToMdast>;

/** Throws a ContentMistake about the first thing that is wrong. */
export function readSteps(file: string, text: string): LessonSteps {
  const [head = "", frontmatter = ""] = /^---\n([\s\S]*?)\n---\n/.exec(text) ?? [];
  const offset = head.split("\n").length - 1;
  const reader = new StepReader(file, offset);
  for (const node of parseMdx(file, text.slice(head.length), offset)) reader.visit(node);
  return { file, frontmatter, sections: reader.sections, steps: reader.steps };
}

function parseMdx(file: string, text: string, offset: number): readonly MdastNode[] {
  try {
    const root = mdxToMdast(text, { position: true });
    return "children" in root ? root.children : [];
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const [, line = "1", column = "1", found = error.message] =
      /^(\d+):(\d+): ([\s\S]*)$/.exec(error.message) ?? [];
    const place = { file, line: Number(line) + offset, column: Number(column) };
    throw new ContentMistake(place, { expected: "MDX", found });
  }
}

class StepReader {
  readonly sections: Section[] = [];
  readonly steps: Step[] = [];
  readonly #file: string;
  readonly #offset: number;
  #consoles = 0;

  constructor(file: string, offset: number) {
    this.#file = file;
    this.#offset = offset;
  }

  visit(node: MdastNode): void {
    if (node.type === "heading" && node.depth === 2) return this.#section(node);
    if (node.type === "code" && node.lang === "console") return this.#console(node);
    if (node.type === "mdxJsxFlowElement" && node.name === "Task") return this.#task(node);
    if ("children" in node) for (const child of node.children) this.visit(child as MdastNode);
  }

  #section(node: MdastNode): void {
    const title = textOf(node);
    const slug = slugOf(title);
    if (this.sections.some((section) => section.slug === slug)) {
      throw this.#mistake(node, { expected: "a heading of its own", found: title });
    }
    this.sections.push({ slug, title, line: this.#line(node) });
  }

  #console(node: MdastNode & { type: "code" }): void {
    const fence = readFence(node.meta ?? "");
    if ("expected" in fence) throw this.#mistake(node, fence);
    const { commands, stray } = readConsole(node.value);
    if (commands.length === 0 || stray.length > 0) {
      throw this.#mistake(node, { expected: "a command after “$ ”", found: stray[0] ?? "nothing" });
    }
    const number = this.#consoles++;
    const line = this.#line(node);
    this.steps.push({ kind: "console", number, commands, section: this.#here(), line, ...fence });
  }

  #task(node: MdastNode & { type: "mdxJsxFlowElement" }): void {
    const attributes = this.#attributes(node);
    const text = (name: string): string => {
      const value = attributes.get(name);
      if (typeof value === "string" && value !== "") return value;
      throw this.#mistake(node, { expected: `a Task with ${name}="…"`, found: String(value) });
    };
    const texts = (name: string): readonly string[] => {
      const value = attributes.get(name) ?? [];
      const list = typeof value === "string" ? [value] : value;
      if (Array.isArray(list) && list.every((one) => typeof one === "string")) return list;
      throw this.#mistake(node, { expected: `${name}={["…"]}`, found: String(value) });
    };
    const id = text("id");
    if (this.steps.some((step) => step.kind === "task" && step.id === id)) {
      throw this.#mistake(node, { expected: "an id of its own", found: id });
    }
    const solution = texts("solution");
    if (solution.length === 0) {
      throw this.#mistake(node, { expected: "a Task with a solution", found: "none" });
    }
    const known = ["id", "check", "solution", "hints"];
    const other = [...attributes.keys()].find((name) => !known.includes(name));
    if (other) throw this.#mistake(node, { expected: `one of ${known.join(", ")}`, found: other });
    const place = { section: this.#here(), line: this.#line(node) };
    const task = {
      kind: "task",
      id,
      check: text("check"),
      solution,
      hints: texts("hints"),
    } as const;
    this.steps.push({ ...task, ...place });
  }

  #attributes(node: MdastNode & { type: "mdxJsxFlowElement" }): ReadonlyMap<string, Literal> {
    const values = new Map<string, Literal>();
    for (const attribute of node.attributes) {
      if (attribute.type !== "mdxJsxAttribute") {
        throw this.#mistake(node, { expected: "attributes with names", found: "{...}" });
      }
      const { name, value } = attribute;
      try {
        const isExpression = typeof value === "object" && value !== null;
        values.set(name, isExpression ? readLiteral(value.value) : (value ?? true));
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
        throw this.#mistake(node, {
          expected: `${name} to be text or a list`,
          found: error.message,
        });
      }
    }
    return values;
  }

  #here = (): string => this.sections.at(-1)?.slug ?? "";

  #line = (node: MdastNode): number => (node.position?.start.line ?? 0) + this.#offset;

  #mistake(node: MdastNode, difference: { expected: string; found?: string }): ContentMistake {
    return new ContentMistake({ file: this.#file, line: this.#line(node) }, difference);
  }
}

/** The words of a node, without their marks. */
export function textOf(node: object): string {
  if ("value" in node && typeof node.value === "string") return node.value;
  return "children" in node && Array.isArray(node.children)
    ? node.children.map(textOf).join("")
    : "";
}
