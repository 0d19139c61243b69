// Style by numbers: files, functions, lines and imports.

import ts from "typescript";
import { dataTables, shrinking } from "./lists.ts";
import type { Complaint, Rule, SourceFile, Tree } from "./tree.ts";

const FILE_LINES = 500;
const FUNCTION_LINES = 70;
const IMPORTS = 15;
const COLUMNS = 100;

export const sizeRules: readonly Rule[] = [fileLines, functionLines, importCount, commentColumns];

const folders = ["sandbox", "src", "cli", "scripts", "tests"] as const;

function fileLines(tree: Tree): Complaint[] {
  const complaints = tree.code(...folders).flatMap((file) => {
    const allowed = shrinking[file.path] ?? FILE_LINES;
    const { length } = file.lines;
    if (length <= allowed || dataTables.some((table) => table.test(file.path))) return [];
    return [file.complain(`${length} lines; ${allowed} are allowed`, length)];
  });
  return [...complaints, ...looseEntries(tree)];
}

/**
 * The list may only shrink: what has become shorter is noted, what is short enough or gone leaves
 * it.
 */
function looseEntries(tree: Tree): Complaint[] {
  return Object.entries(shrinking).flatMap(([path, allowed]) => {
    const length = tree.get(path)?.lines.length ?? 0;
    if (length >= allowed && length > FILE_LINES) return [];
    const rule =
      length > FILE_LINES
        ? `the list allows ${allowed} lines, and it has ${length}: write ${length} there`
        : "is short enough, or gone: take it from the list";
    return [{ file: path, line: 1, rule }];
  });
}

/** A function's own lines: those of the functions inside it are theirs. */
function functionLines(tree: Tree): Complaint[] {
  return tree.code(...folders).flatMap((file) => {
    const complaints: Complaint[] = [];
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
    for (const [node, length] of own) {
      if (length <= FUNCTION_LINES) continue;
      const rule = `a function of ${length} lines; ${FUNCTION_LINES} are allowed`;
      complaints.push(file.complain(rule, node));
    }
    return complaints;
  });
}

/** What is passed to `describe`: a list of tests. */
const isTestTable = (node: ts.Node): boolean =>
  ts.isCallExpression(node.parent) && /^describe\b/.test(node.parent.expression.getText());

const spanOf = (file: SourceFile, node: ts.Node): number =>
  file.ast.getLineAndCharacterOfPosition(node.end).line + 2 - file.lineOf(node);

function importCount(tree: Tree): Complaint[] {
  return tree.code(...folders).flatMap((file) => {
    // An index has one import for each thing that it registers.
    if (/(?:^|\/)index\.ts$/.test(file.path) || file.isTest) return [];
    const { length } = file.ast.statements.filter(ts.isImportDeclaration);
    return length > IMPORTS ? [file.complain(`${length} imports; ${IMPORTS} are allowed`, 1)] : [];
  });
}

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
