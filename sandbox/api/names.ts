// What may be a name, a label key, a label value, a port name; and upstream's words for what may not.
// apimachinery/pkg/util/validation/validation.go.

import type { Era } from "./era.ts";

/** How the objects of a kind may be called. */
export type NameRule = "subdomain" | "label" | "service" | "path";

const LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const SUBDOMAIN = `${LABEL}(\\.${LABEL})*`;
const SERVICE = "[a-z]([-a-z0-9]*[a-z0-9])?";
const QUALIFIED = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
const labelRule = new RegExp(`^${LABEL}$`);
const subdomainRule = new RegExp(`^${SUBDOMAIN}$`);
const serviceRule = new RegExp(`^${SERVICE}$`);
const qualifiedRule = new RegExp(`^${QUALIFIED}$`);

const regexText = (message: string, regex: string, ...examples: readonly string[]): string =>
  `${message} (e.g. ${examples.map((each) => `'${each}'`).join(",  or ")}, regex used for validation is '${regex}')`;

const tooLong = (length: number) => `must be no more than ${length} characters`;

export function subdomainProblems(name: string, era: Era): string[] {
  const problems = name.length > 253 ? [tooLong(253)] : [];
  if (!subdomainRule.test(name)) {
    problems.push(regexText(era.words.names.subdomainRule, SUBDOMAIN, "example.com"));
  }
  return problems;
}

export function labelProblems(name: string, era: Era): string[] {
  const problems = name.length > 63 ? [tooLong(63)] : [];
  if (!labelRule.test(name)) {
    problems.push(regexText(era.words.names.labelRule, LABEL, "my-name", "123-abc"));
  }
  return problems;
}

function serviceProblems(name: string): string[] {
  const problems = name.length > 63 ? [tooLong(63)] : [];
  if (!serviceRule.test(name)) {
    problems.push(
      regexText(
        "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
        SERVICE,
        "my-name",
        "abc-123",
      ),
    );
  }
  return problems;
}

/** For names that are only a part of a path: roles and bindings. */
function pathProblems(name: string): string[] {
  if (name === "." || name === "..") return [`may not be '${name}'`];
  return ["/", "%"].filter((each) => name.includes(each)).map((each) => `may not contain '${each}'`);
}

export function nameProblems(rule: NameRule, name: string, era: Era): string[] {
  switch (rule) {
    case "label":
      return labelProblems(name, era);
    case "service":
      return serviceProblems(name);
    case "path":
      return pathProblems(name);
    default:
      return subdomainProblems(name, era);
  }
}

export function labelKeyProblems(key: string): string[] {
  const parts = key.split("/");
  const name = parts.at(-1) as string;
  if (parts.length > 2) {
    return [
      `a qualified name ${regexText(
        "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
        QUALIFIED,
        "MyName",
        "my.name",
        "123-abc",
      )} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  }
  const problems: string[] = [];
  const prefix = parts.length === 2 ? parts[0] : undefined;
  if (prefix === "") problems.push("prefix part must be non-empty");
  else if (prefix !== undefined && !subdomainRule.test(prefix)) {
    problems.push(
      `prefix part ${regexText("a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character", SUBDOMAIN, "example.com")}`,
    );
  }
  if (name === "") problems.push("name part must be non-empty");
  else if (name.length > 63) problems.push(`name part ${tooLong(63)}`);
  if (!qualifiedRule.test(name)) {
    problems.push(
      `name part ${regexText(
        "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
        QUALIFIED,
        "MyName",
        "my.name",
        "123-abc",
      )}`,
    );
  }
  return problems;
}

export function labelValueProblems(value: string): string[] {
  const problems = value.length > 63 ? [tooLong(63)] : [];
  if (value !== "" && !qualifiedRule.test(value)) {
    problems.push(
      regexText(
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
        `(${QUALIFIED})?`,
        "MyValue",
        "my_value",
        "12345",
      ),
    );
  }
  return problems;
}
