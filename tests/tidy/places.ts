// Every file has a name of its own, and somebody who uses it.

import ts from "typescript";
import { entries } from "./lists.ts";
import type { Complaint, Rule, SourceFile, Tree } from "./tree.ts";

export const placeRules: readonly Rule[] = [fileNames, unusedFiles, unregisteredFiles];

const vague =
  /^(?:utils?|helpers?|common|misc|manager|types)\.|(?:^|\/)(?:utils?|helpers?|common|misc)\//;

function fileNames(tree: Tree): Complaint[] {
  return tree.files.flatMap((file) => {
    const name = file.path.split("/").at(-1) ?? "";
    if (vague.test(name) || vague.test(file.path)) {
      return [file.complain("a name that says nothing: name it for what is in it", 1)];
    }
    const isComponent = /\.(?:astro|tsx)$/.test(name) && /^[A-Z[]/.test(name);
    const isOurs = /^(?:sandbox|src|cli|scripts|tests)\//.test(file.path) && file.isCode;
    const isKebab = /^[a-z0-9]+(?:[-.][a-z0-9]+)*$/.test(name);
    return isOurs && !isComponent && !isKebab
      ? [file.complain("a name that is not in kebab-case", 1)]
      : [];
  });
}

/** What only its own tests import does not count as used. */
function unusedFiles(tree: Tree): Complaint[] {
  const used = new Set<string>();
  for (const file of tree.files) {
    for (const { target } of file.imports) {
      const isOwnTest = file.isTest && !(target !== undefined && tree.get(target)?.isTest);
      if (target !== undefined && !isOwnTest) used.add(target.replace(/\?.*$/, ""));
    }
  }
  const scripts = tree.get("package.json")?.text ?? "";
  return tree.files.flatMap((file) => {
    const { path, isCode } = file;
    const isModule = (isCode || path.endsWith(".astro")) && !path.endsWith(".test.ts");
    const isEntry = entries.some((entry) => entry.test(path)) || scripts.includes(` ${path}`);
    // A page of a test, and what the tests are configured with.
    const isSupport = path.startsWith("tests/support/") || /^tests\/[^/]+\.ts$/.test(path);
    return !isModule || used.has(path) || isEntry || isSupport
      ? []
      : [file.complain("nobody imports it, but for its tests", 1)];
  });
}

/**
 * An index registers the things of its folder: what its lists are of, or what the functions make
 * that made its entries. A file that holds such a thing must be reached from the index.
 */
function unregisteredFiles(tree: Tree): Complaint[] {
  return tree.code("sandbox", "src", "cli").flatMap((index) => {
    if (!index.path.endsWith("/index.ts")) return [];
    const folder = index.path.slice(0, -"index.ts".length);
    const reached = reachedFrom(index, tree, folder);
    const makers = makersOf(index, tree);
    if (makers.size === 0) return [];
    return tree.code(folder.slice(0, -1)).flatMap((file) => {
      if (file.isTest || reached.has(file) || hasNearerIndex(tree, file.path, folder)) return [];
      const thing = exportsOf(file).find(
        ({ maker, type }) => makers.has(maker) || makers.has(type),
      );
      return thing
        ? [file.complain(`${thing.name} is missing from ${index.path}`, thing.line)]
        : [];
    });
  });
}

function hasNearerIndex(tree: Tree, path: string, folder: string): boolean {
  const parts = path.slice(folder.length).split("/").slice(0, -1);
  return parts.some((_, at) => tree.get(`${folder}${parts.slice(0, at + 1).join("/")}/index.ts`));
}

function reachedFrom(index: SourceFile, tree: Tree, folder: string): ReadonlySet<SourceFile> {
  const reached = new Set([index]);
  for (const file of reached) {
    for (const { target, typeOnly } of file.imports) {
      const next = target?.startsWith(folder) && !typeOnly ? tree.get(target) : undefined;
      if (next) reached.add(next);
    }
  }
  return reached;
}

/** The types of what the index lists, and the functions that made what it imports. */
function makersOf(index: SourceFile, tree: Tree): ReadonlySet<string> {
  const listed = exportsOf(index).flatMap(({ lists }) => lists ?? []);
  const made = index.imports.flatMap(({ target, typeOnly, names }) => {
    const file = target === undefined || typeOnly ? undefined : tree.get(target);
    const things = file ? exportsOf(file) : [];
    return things.filter(({ name }) => names.includes(name)).map(({ maker }) => maker);
  });
  return new Set([...listed, ...made.filter((maker) => /^define[A-Z]/.test(maker))]);
}

interface Thing {
  readonly name: string;
  readonly type: string;
  /** What it is a list or a record of. */
  readonly lists: string | undefined;
  /** The function that made it. */
  readonly maker: string;
  readonly line: number;
}

/** The constants that a file exports. */
function exportsOf(file: SourceFile): Thing[] {
  return file.ast.statements.flatMap((statement) => {
    const isExported =
      ts.isVariableStatement(statement) &&
      statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
    if (!isExported) return [];
    return statement.declarationList.declarations.map(({ name, type, initializer }) => ({
      name: name.getText(),
      type: type && ts.isTypeReferenceNode(type) ? type.typeName.getText() : "",
      lists: elementOf(type),
      maker:
        initializer && ts.isCallExpression(initializer) ? initializer.expression.getText() : "",
      line: file.lineOf(statement),
    }));
  });
}

function elementOf(type: ts.TypeNode | undefined): string | undefined {
  if (!type) return undefined;
  if (ts.isTypeOperatorNode(type)) return elementOf(type.type);
  if (ts.isArrayTypeNode(type)) return nameOf(type.elementType);
  const name = nameOf(type);
  const last = ts.isTypeReferenceNode(type) ? type.typeArguments?.at(-1) : undefined;
  if (name === "Readonly") return elementOf(last);
  return /^(?:Record|ReadonlyMap|ReadonlyArray)$/.test(name ?? "") && last
    ? nameOf(last)
    : undefined;
}

const nameOf = (type: ts.TypeNode): string | undefined =>
  ts.isTypeReferenceNode(type) ? type.typeName.getText() : undefined;
