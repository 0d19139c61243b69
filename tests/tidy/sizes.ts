// Style by numbers: files, functions, lines and imports.

import ts from "typescript";
import { dataTables, type Shrinking } from "./lists.ts";
import type { Complaint, Rule, SourceFile, Tree } from "./tree.ts";

const FILE_LINES = 500;
const FUNCTION_LINES = 70;
const IMPORTS = 15;
const COLUMNS = 100;

export const sizeRules = (shrinking: Shrinking): readonly Rule[] => [
  (tree) => fileLines(tree, shrinking.lines),
  (tree) => importCount(tree, shrinking.imports),
  (tree) => functionLines(tree, shrinking.functions),
  commentColumns,
];

const folders = ["sandbox", "src", "cli", "scripts", "tests"] as const;

function fileLines(tree: Tree, listed: Measure["listed"]): Complaint[] {
  const files = tree.code(...folders).filter(({ path }) => !dataTables.some((t) => t.test(path)));
  const count = ({ lines }: SourceFile) => lines.length;
  return tooMuch(files, { what: "lines", limit: FILE_LINES, listed, count });
}

function importCount(tree: Tree, listed: Measure["listed"]): Complaint[] {
  // An index has one import for each thing that it registers, and a test what it needs.
  const files = tree
    .code(...folders)
    .filter(({ path, isTest }) => !isTest && !path.endsWith("/index.ts"));
  const count = ({ ast }: SourceFile) => ast.statements.filter(ts.isImportDeclaration).length;
  return tooMuch(files, { what: "imports", limit: IMPORTS, listed, count });
}

interface Measure {
  readonly what: string;
  readonly limit: number;
  readonly listed: Readonly<Record<string, number>>;
  count(file: SourceFile): number;
}

/** What is beyond the limit, unless it is listed; and what the list allows though it need not. */
function tooMuch(
  files: readonly SourceFile[],
  { what, limit, listed, count }: Measure,
): Complaint[] {
  const complaints = files.flatMap((file) => {
    const found = count(file);
    const allowed = listed[file.path] ?? limit;
    if (found > allowed) return [file.complain(`${found} ${what}; ${allowed} are allowed`, 1)];
    if (!(file.path in listed) || (found === allowed && found > limit)) return [];
    const entry = found > limit ? `write ${found} there` : "take it from there";
    return [file.complain(`${found} ${what}; the list allows ${allowed}: ${entry}`, 1)];
  });
  const known = new Set(files.map(({ path }) => path));
  const gone = Object.keys(listed).filter((path) => !known.has(path));
  return [
    ...complaints,
    ...gone.map((file) => ({ file, line: 1, rule: `is in the list of ${what}, and not there` })),
  ];
}

/** A function's own lines: those of the functions inside it are theirs. */
function functionLines(tree: Tree, listed: Measure["listed"]): Complaint[] {
  const complaints = tree.code(...folders).flatMap((file) => {
    const allowed = listed[file.path] ?? FUNCTION_LINES;
    return [...ownLines(file)]
      .filter(([, length]) => length > allowed)
      .map(([node, length]) =>
        file.complain(`a function of ${length} lines; ${allowed} are allowed`, node),
      );
  });
  // The longest of a listed file is what the list says.
  const files = tree.code(...folders).filter(({ path }) => path in listed);
  const count = (file: SourceFile) => Math.max(0, ...ownLines(file).values());
  const what = "lines in its longest function";
  const stale = tooMuch(files, { what, limit: FUNCTION_LINES, listed, count });
  return [...complaints, ...stale.filter(({ rule }) => !rule.endsWith("are allowed"))];
}

function ownLines(file: SourceFile): Map<ts.Node, number> {
  const own = new Map<ts.Node, number>();
  const enter = (node: ts.Node, around: ts.Node | undefined): void => {
    const isFunction =
      ts.isFunctionLike(node) && "body" in node && node.body !== undefined && !isTestTable(node);
    if (isFunction) {
      const length = spanOf(file, node);
      own.set(node, length);
      if (around && length > 1) own.set(around, (own.get(around) ?? 0) - length);
    }
    ts.forEachChild(node, (child) => enter(child, isFunction ? node : around));
  };
  enter(file.ast, undefined);
  return own;
}

/** What is passed to `describe`: a list of tests. */
const isTestTable = (node: ts.Node): boolean =>
  ts.isCallExpression(node.parent) && /^describe\b/.test(node.parent.expression.getText());

const spanOf = (file: SourceFile, node: ts.Node): number =>
  file.ast.getLineAndCharacterOfPosition(node.end).line + 2 - file.lineOf(node);

/** The formatter sees to the code; it breaks no comment. */
function commentColumns(tree: Tree): Complaint[] {
  return tree.code(...folders).flatMap((file) =>
    file.lines.flatMap((line, at) => {
      const isComment = /^\s*(?:\/\/|\/?\*)/.test(line) && !/https?:/.test(line);
      const { length } = line;
      return isComment && length > COLUMNS
        ? [file.complain(`a comment of ${length} columns; ${COLUMNS} are allowed`, at + 1)]
        : [];
    }),
  );
}
