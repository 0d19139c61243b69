// What no committed file may say, and what no code may do behind the compiler's back.

import ts from "typescript";
import type { Complaint, Rule, Tree } from "./tree.ts";

const forbidden: readonly (readonly [RegExp, string])[] = [
  [/(?<![\w.-])\/(?:work|tmp\/up|home\/\w+)\//, "a path of somebody's machine"],
  [/"resolved":/, "a registry's host in the lockfile: npm config omit-lockfile-registry-resolved"],
  [/\bregistry\.npmjs\.org\b/, "a registry's host"],
];

/** In what people write; data is upstream's. */
const unfinished: readonly (readonly [RegExp, string])[] = [
  [/\b(?:TODO|FIXME|XXX)\b/, "something unfinished"],
];

const unsound: readonly (readonly [RegExp, string])[] = [
  [/@ts-(?:ignore|nocheck)\b/, "a check is switched off"],
  [/\b(?:test|it|describe)\.(?:only|skip|todo)\b/, "a test is left out"],
];

export const textRules: readonly Rule[] = [forbiddenTexts, unsoundCode, expectedErrors];

/** The rules' own words are in these. */
const isRule = (path: string): boolean => /^tests\/tidy[./]/.test(path);

function forbiddenTexts(tree: Tree): Complaint[] {
  return tree.files.flatMap((file) => {
    if (isRule(file.path)) return [];
    const rules = [
      ...forbidden,
      ...(file.path.endsWith(".json") ? [] : unfinished),
      ...(file.isCode ? unsound : []),
    ];
    // Most files hold none of them: look at their lines only if they do.
    const found = rules.filter(([pattern]) => pattern.test(file.text));
    return found.flatMap(([pattern, rule]) =>
      file.lines.flatMap((line, at) => (pattern.test(line) ? [file.complain(rule, at + 1)] : [])),
    );
  });
}

function expectedErrors(tree: Tree): Complaint[] {
  return tree.files.flatMap((file) => {
    if (!file.isCode || isRule(file.path) || file.path === "sandbox/canary.ts") return [];
    if (!file.text.includes("@ts-expect-error")) return [];
    return file.lines.flatMap((line, at) =>
      line.includes("@ts-expect-error")
        ? [file.complain("an error is expected outside of the canary", at + 1)]
        : [],
    );
  });
}

function unsoundCode(tree: Tree): Complaint[] {
  return tree.code("sandbox", "src", "cli", "scripts", "tests").flatMap((file) => {
    const complaints: Complaint[] = [];
    file.walk((node) => {
      if (ts.isCatchClause(node) && node.block.statements.length === 0) {
        complaints.push(file.complain("an error is swallowed", node));
      }
      const isTwice =
        ts.isAsExpression(node) &&
        ts.isAsExpression(node.expression) &&
        node.expression.type.kind === ts.SyntaxKind.UnknownKeyword;
      if (isTwice) complaints.push(file.complain("a type is forced: as unknown as", node));
    });
    return complaints;
  });
}
