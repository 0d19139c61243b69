// No release is compared outside sandbox/eras: code asks for a gate or a named behaviour.

import ts from "typescript";
import type { Complaint, Rule, SourceFile, Tree } from "./tree.ts";

const version = /^v?1\.\d{1,2}(?:\.\d+)?(?:[-+].*)?$/;
const comparing =
  /^(?:startsWith|endsWith|includes|indexOf|match|matchAll|test|exec|search|localeCompare|has)$/;
const partOfVersion = /(?:^|\.)\w*(?:[mM]inor|[mM]ajor)$/;

export const versionRules: readonly Rule[] = [comparedVersions];

function comparedVersions(tree: Tree): Complaint[] {
  const files = tree
    .code("sandbox", "src", "cli")
    .filter(({ path, isTest }) => !isTest && !path.startsWith("sandbox/eras/"));
  return files.flatMap((file) => complaintsOf(file));
}

function complaintsOf(file: SourceFile): Complaint[] {
  const complaints: Complaint[] = [];
  file.walk((node) => {
    if (isComparison(node)) {
      complaints.push(file.complain("a version is compared outside sandbox/eras", node));
    }
  });
  return complaints;
}

function isComparison(node: ts.Node): boolean {
  if (ts.isBinaryExpression(node)) {
    if (!isRelation(node.operatorToken.kind)) return false;
    const sides = [node.left, node.right];
    return (
      sides.some(isVersion) || (sides.some(isPartOfVersion) && sides.some(ts.isNumericLiteral))
    );
  }
  if (ts.isCaseClause(node)) return isVersion(node.expression);
  if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
    const { name, expression } = node.expression;
    if (!comparing.test(name.text)) return false;
    return (
      node.arguments.some(isVersion) ||
      isVersionPattern(expression) ||
      node.arguments.some(isVersionPattern)
    );
  }
  return false;
}

function isRelation(kind: ts.SyntaxKind): boolean {
  return (
    (kind >= ts.SyntaxKind.LessThanToken && kind <= ts.SyntaxKind.GreaterThanEqualsToken) ||
    (kind >= ts.SyntaxKind.EqualsEqualsToken && kind <= ts.SyntaxKind.ExclamationEqualsEqualsToken)
  );
}

const isVersion = (node: ts.Node): boolean =>
  ts.isStringLiteralLike(node) && version.test(node.text);
const isPartOfVersion = (node: ts.Node): boolean => partOfVersion.test(node.getText());

/** A pattern that spells a release out: /^v1\.3/. */
const isVersionPattern = (node: ts.Node): boolean =>
  ts.isRegularExpressionLiteral(node) && /(?:^\/\^?v?|[^\d.])1\\\.\d/.test(node.text);
