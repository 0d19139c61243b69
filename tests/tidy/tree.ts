// The files of the project as the tidy test sees them. Parsed when a rule asks for it, and once.

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import ts from "typescript";

/** One thing that is not as it should be: `file:line: rule`. */
export interface Complaint {
  readonly file: string;
  readonly line: number;
  readonly rule: string;
}

export type Rule = (tree: Tree) => readonly Complaint[];

export interface Import {
  /** As it is written. */
  readonly specifier: string;
  /** The file of the project that it names; undefined for a package. */
  readonly target: string | undefined;
  readonly line: number;
  readonly typeOnly: boolean;
  /**
   * `new URL("…", import.meta.url)`, or `import()`: it is loaded, but its names are not bound here.
   */
  readonly loadedOnly: boolean;
  readonly names: readonly string[];
}

/** The project: paths from its root, with `/`. */
export class Tree {
  readonly files: readonly SourceFile[];
  readonly #byPath: ReadonlyMap<string, SourceFile>;

  constructor(texts: Readonly<Record<string, string>>) {
    this.files = Object.entries(texts).map(([path, text]) => new SourceFile(path, text));
    this.#byPath = new Map(this.files.map((file) => [file.path, file]));
  }

  get(path: string): SourceFile | undefined {
    return this.#byPath.get(path);
  }

  /** The TypeScript that is checked for its shape. */
  code(...folders: readonly string[]): SourceFile[] {
    return this.files.filter(
      ({ path, isCode }) => isCode && folders.some((folder) => path.startsWith(`${folder}/`)),
    );
  }
}

export class SourceFile {
  readonly path: string;
  readonly text: string;
  readonly isCode: boolean;
  /** A test, or what only tests use: `x.test.ts`, `test-x.ts`, anything in tests/. */
  readonly isTest: boolean;
  #ast: ts.SourceFile | undefined;
  #imports: readonly Import[] | undefined;

  constructor(path: string, text: string) {
    this.path = path;
    this.text = text;
    this.isCode = /\.tsx?$/.test(path) && !path.endsWith(".d.ts");
    this.isTest = path.startsWith("tests/") || /(?:^|\/)test-[^/]+\.tsx?$|\.test\.tsx?$/.test(path);
  }

  get ast(): ts.SourceFile {
    const kind = this.path.endsWith("x") ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
    this.#ast ??= ts.createSourceFile(this.path, this.text, ts.ScriptTarget.Latest, true, kind);
    return this.#ast;
  }

  get lines(): readonly string[] {
    return this.text.replace(/\n$/, "").split("\n");
  }

  get imports(): readonly Import[] {
    this.#imports ??= this.isCode ? importsOf(this) : importsByText(this);
    return this.#imports;
  }

  lineOf(node: ts.Node): number {
    return this.ast.getLineAndCharacterOfPosition(node.getStart(this.ast)).line + 1;
  }

  complain(rule: string, at: ts.Node | number): Complaint {
    return { file: this.path, line: typeof at === "number" ? at : this.lineOf(at), rule };
  }

  /** Calls `visit` for every node, parents first. */
  walk(visit: (node: ts.Node) => void): void {
    const enter = (node: ts.Node): void => {
      visit(node);
      ts.forEachChild(node, enter);
    };
    enter(this.ast);
  }
}

const resolve = (from: string, specifier: string): string | undefined =>
  specifier.startsWith(".") ? posix.join(dirname(from), specifier) : undefined;

function importsOf(file: SourceFile): Import[] {
  const imports: Import[] = [];
  file.walk((node) => {
    const found = importAt(node);
    if (!found) return;
    const { specifier, typeOnly, loadedOnly, names } = found;
    const target = resolve(file.path, specifier);
    imports.push({ specifier, target, line: file.lineOf(node), typeOnly, loadedOnly, names });
  });
  return imports;
}

function importAt(node: ts.Node): Omit<Import, "target" | "line"> | undefined {
  const isImport = ts.isImportDeclaration(node);
  if ((isImport || ts.isExportDeclaration(node)) && node.moduleSpecifier) {
    const clause = isImport ? node.importClause : undefined;
    const bindings = isImport ? clause?.namedBindings : node.exportClause;
    const elements =
      bindings && (ts.isNamedImports(bindings) || ts.isNamedExports(bindings))
        ? [...bindings.elements]
        : [];
    const isTypeOnly = isImport
      ? clause?.phaseModifier === ts.SyntaxKind.TypeKeyword
      : node.isTypeOnly;
    return {
      specifier: (node.moduleSpecifier as ts.StringLiteral).text,
      typeOnly: isTypeOnly || (elements.length > 0 && elements.every((one) => one.isTypeOnly)),
      loadedOnly: false,
      names: elements.map(({ name }) => name.text),
    };
  }
  const [argument] =
    ts.isCallExpression(node) || ts.isNewExpression(node) ? (node.arguments ?? []) : [];
  if (!argument || !ts.isStringLiteralLike(argument)) return undefined;
  const isDynamic =
    ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword;
  const isUrl = ts.isNewExpression(node) && /^URL$/.test(node.expression.getText());
  if (!isDynamic && !isUrl) return undefined;
  return { specifier: argument.text, typeOnly: false, loadedOnly: true, names: [] };
}

/** Of Astro and MDX files, where code stands among markup. */
function importsByText(file: SourceFile): Import[] {
  if (!/\.(?:astro|mdx|mjs)$/.test(file.path)) return [];
  const text = file.text.replace(/^```.*?^```$/gms, (block) => block.replace(/[^\n]/g, ""));
  const pattern =
    /^\s*(?:import|export)\s(type\s)?[^;"']*?["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']|new URL\(\s*["']([^"']+)["']|<script\b[^>]*\ssrc=["']([^"']+)["']/gm;
  return Array.from(text.matchAll(pattern), (match) => {
    const specifier = match[2] ?? match[3] ?? match[4] ?? match[5] ?? "";
    const line = text.slice(0, match.index).split("\n").length;
    return {
      specifier,
      target: resolve(file.path, specifier),
      line,
      typeOnly: match[1] !== undefined,
      loadedOnly: match[2] === undefined,
      names: [],
    };
  });
}

/** Reads the project below `root`: what is committed, not what is made. */
export function readTree(root: string): Tree {
  const made = /^(?:node_modules|dist|generated|coverage|\.git|\.astro|\.cache)$/;
  const isText = /\.(?:astro|css|html|json|md|mdx|mjs|svg|ts|tsx|ya?ml)$|^[^.]+$|^\.[^.]+$/;
  const texts: Record<string, string> = {};
  const read = (folder: string): void => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = posix.join(folder, entry.name);
      // In a second work tree .git is a file.
      if (made.test(entry.name)) continue;
      if (entry.isDirectory()) read(path);
      if (entry.isFile() && isText.test(entry.name))
        texts[path] = readFileSync(join(root, path), "utf8");
    }
  };
  read(".");
  return new Tree(texts);
}
