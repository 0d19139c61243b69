// What would make two runs of the sandbox differ, or two sandboxes in one process meet. The rest of
// the host does not exist there at compile time: sandbox/platform.d.ts and sandbox/canary.ts.

import ts from "typescript";
import { loadsLate } from "./lists.ts";
import type { Complaint, Rule, SourceFile, Tree } from "./tree.ts";

const bannedGlobals = new Set(["Intl", "WeakRef", "FinalizationRegistry"]);
const bannedMembers = /^(?:Date\.now|Math\.random)$/;
const bannedMethods = /^(?:localeCompare|toLocale\w+)$/;
const collection = /^(?:Map|Set|WeakMap|WeakSet|Array)$/;
const changing = "set|add|delete|clear|push|pop|shift|unshift|splice|sort|reverse|fill";

export const determinismRules: readonly Rule[] = [bannedNames, mutableState];

const engine = (tree: Tree): SourceFile[] =>
  tree.code("sandbox").filter(({ isTest, path }) => !isTest && path !== "sandbox/canary.ts");

function bannedNames(tree: Tree): Complaint[] {
  return engine(tree).flatMap((file) => {
    const complaints: Complaint[] = [];
    file.walk((node) => {
      const name = bannedName(node);
      if (name === "import()" && loadsLate.includes(file.path)) return;
      if (name) complaints.push(file.complain(`${name} is banned in the sandbox`, node));
    });
    return complaints;
  });
}

function bannedName(node: ts.Node): string | undefined {
  if (ts.isIdentifier(node) && bannedGlobals.has(node.text)) {
    // A member or a property of that name is something else.
    return ts.isPropertyAccessExpression(node.parent) && node.parent.name === node
      ? undefined
      : node.text;
  }
  if (ts.isPropertyAccessExpression(node)) {
    if (bannedMembers.test(node.getText())) return node.getText();
    if (bannedMethods.test(node.name.text)) return node.name.text;
  }
  if (!ts.isNewExpression(node) && !ts.isCallExpression(node)) return undefined;
  if (node.expression.kind === ts.SyntaxKind.ImportKeyword) return "import()";
  const callee = node.expression.getText();
  const takesNothing = (node.arguments ?? []).length === 0;
  // Date(…) without `new` ignores its arguments and tells the time.
  if (callee === "Date" && (takesNothing || ts.isCallExpression(node))) return "Date of now";
  return undefined;
}

function mutableState(tree: Tree): Complaint[] {
  return engine(tree).flatMap((file) => {
    const complaints: Complaint[] = [];
    for (const statement of file.ast.statements) {
      if (!ts.isVariableStatement(statement)) continue;
      const isConst = (statement.declarationList.flags & ts.NodeFlags.Const) !== 0;
      for (const declaration of statement.declarationList.declarations) {
        if (!isConst || isMutable(declaration, file.text)) {
          complaints.push(file.complain("a module of the sandbox keeps no state", declaration));
        }
      }
    }
    file.walk((node) => {
      if (!ts.isPropertyDeclaration(node)) return;
      const modifiers = new Set(node.modifiers?.map(({ kind }) => kind));
      if (
        modifiers.has(ts.SyntaxKind.StaticKeyword) &&
        !modifiers.has(ts.SyntaxKind.ReadonlyKeyword)
      ) {
        complaints.push(file.complain("a class of the sandbox keeps no state of its own", node));
      }
    });
    return complaints;
  });
}

/** A collection that is empty, and so only of use if it is filled, or that this file changes. */
function isMutable({ name, type, initializer }: ts.VariableDeclaration, text: string): boolean {
  if (!initializer || (type && /^(?:readonly |Readonly)/.test(type.getText()))) return false;
  const contents = contentsOf(initializer);
  const changes = new RegExp(`\\b${name.getText()}(?:\\.(?:${changing})\\(|\\[[^\\]]*\\] = )`);
  return contents !== undefined && (contents === 0 || changes.test(text));
}

/** How much is in a literal or a new collection; undefined for anything else. */
function contentsOf(node: ts.Expression): number | undefined {
  if (ts.isArrayLiteralExpression(node)) return node.elements.length;
  if (ts.isObjectLiteralExpression(node)) return node.properties.length;
  const isNew = ts.isNewExpression(node) && collection.test(node.expression.getText());
  return isNew ? (node.arguments?.length ?? 0) : undefined;
}
