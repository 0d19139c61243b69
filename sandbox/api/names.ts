// What may be a name, a label, a port, a key; and upstream's words for what may not.
// apimachinery/pkg/util/validation/validation.go.

import type { Era } from "./era.ts";

/** How the objects of a kind may be called. */
export type NameRule = "subdomain" | "label" | "service" | "path";

const LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const QUALIFIED = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";

/** A pattern, the longest that may match it, and how a server explains it. */
interface Rule {
  readonly pattern: string;
  readonly regex: RegExp;
  readonly max: number;
  readonly message: string;
  readonly examples: readonly string[];
}

const rule = (
  pattern: string,
  max: number,
  text: readonly [message: string, examples: string],
): Rule => ({
  pattern,
  regex: new RegExp(`^${pattern}$`),
  max,
  message: text[0],
  examples: text[1].split(" "),
});

const characters =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";

const rules = {
  label: rule(LABEL, 63, ["", "my-name 123-abc"]),
  subdomain: rule(`${LABEL}(\\.${LABEL})*`, 253, ["", "example.com"]),
  service: rule("[a-z]([-a-z0-9]*[a-z0-9])?", 63, [
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
    "my-name abc-123",
  ]),
  qualified: rule(QUALIFIED, 63, [characters, "MyName my.name 123-abc"]),
  labelValue: rule(`(${QUALIFIED})?`, 63, [
    `a valid label must be an empty string or ${characters.slice(5)}`,
    "MyValue my_value 12345",
  ]),
  environment: rule("[-._a-zA-Z][-._a-zA-Z0-9]*", Number.POSITIVE_INFINITY, [
    "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit",
    "my.env-name MY_ENV.NAME MyEnvName1",
  ]),
  configKey: rule("[-._a-zA-Z0-9]+", 253, [
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
    "key.name KEY_NAME key-name",
  ]),
  header: rule("[-A-Za-z0-9]+", Number.POSITIVE_INFINITY, [
    "a valid HTTP header must consist of alphanumeric characters or '-'",
    "X-Header-Name",
  ]),
  percent: rule("[0-9]+%", Number.POSITIVE_INFINITY, [
    "a valid percent string must be a numeric string followed by an ending '%'",
    "1% 93%",
  ]),
} as const;

const none: readonly string[] = [];

function regexText({ pattern, message, examples }: Rule, era: Era | undefined): string {
  const quoted = examples.map((each) => `'${each}'`);
  if (era?.words.names.bareRegexes) {
    return `must match the regex ${pattern} (e.g. ${quoted.join(" or ")})`;
  }
  return `${message} (e.g. ${quoted.join(",  or ")}, regex used for validation is '${pattern}')`;
}

const tooLong = (length: number) => `must be no more than ${length} characters`;

const follows = ({ max, regex }: Rule, value: string) => value.length <= max && regex.test(value);

function problemsBy(rule: Rule, value: string, era: Era | undefined): readonly string[] {
  if (follows(rule, value)) return none;
  const problems = value.length > rule.max ? [tooLong(rule.max)] : [];
  if (!rule.regex.test(value)) problems.push(regexText(rule, era));
  return problems;
}

export function subdomainProblems(name: string, era: Era): readonly string[] {
  if (follows(rules.subdomain, name)) return none;
  return problemsBy({ ...rules.subdomain, message: era.words.names.subdomainRule }, name, era);
}

export function labelProblems(name: string, era: Era): readonly string[] {
  if (follows(rules.label, name)) return none;
  return problemsBy({ ...rules.label, message: era.words.names.labelRule }, name, era);
}

/** For names that are only a part of a path: roles and bindings. */
function pathProblems(name: string): readonly string[] {
  if (name === "." || name === "..") return [`may not be '${name}'`];
  return ["/", "%"]
    .filter((each) => name.includes(each))
    .map((each) => `may not contain '${each}'`);
}

export function nameProblems(rule: NameRule, name: string, era: Era): readonly string[] {
  switch (rule) {
    case "label":
      return labelProblems(name, era);
    case "service":
      return problemsBy(rules.service, name, era);
    case "path":
      return pathProblems(name);
    default:
      return subdomainProblems(name, era);
  }
}

/** Whether it may be the key of a label or annotation, a condition's type, a resource. */
export function qualifiedNameProblems(key: string, era?: Era): readonly string[] {
  const slash = key.indexOf("/");
  if (slash < 0 && key.length <= 63 && rules.qualified.regex.test(key)) return none;
  const parts = key.split("/");
  if (parts.length > 2) {
    const text = regexText(rules.qualified, era);
    return [
      `a qualified name ${text} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  }
  const problems: string[] = [];
  const [prefix, name = ""] = slash < 0 ? [undefined, key] : parts;
  if (prefix === "") problems.push("prefix part must be non-empty");
  else if (prefix !== undefined) {
    const message =
      era?.words.names.subdomainRule ??
      "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";
    const found = problemsBy({ ...rules.subdomain, message }, prefix, era);
    problems.push(...found.map((each) => `prefix part ${each}`));
  }
  if (name === "") problems.push("name part must be non-empty");
  else if (name.length > 63) problems.push(`name part ${tooLong(63)}`);
  if (!rules.qualified.regex.test(name))
    problems.push(`name part ${regexText(rules.qualified, era)}`);
  return problems;
}

export const labelValueProblems = (value: string, era?: Era): readonly string[] =>
  problemsBy(rules.labelValue, value, era);

export const headerProblems = (name: string, era: Era): readonly string[] =>
  problemsBy(rules.header, name, era);

export const percentProblems = (text: string, era: Era): readonly string[] =>
  problemsBy(rules.percent, text, era);

export const environmentNameProblems = (name: string, era: Era): readonly string[] =>
  dotted(problemsBy(rules.environment, name, era), name);

export const configKeyProblems = (key: string, era: Era): readonly string[] =>
  dotted(problemsBy(rules.configKey, key, era), key);

/** What becomes a file must not lead out of its folder. */
function dotted(problems: readonly string[], name: string): readonly string[] {
  if (!name.startsWith(".")) return problems;
  if (name === ".") return [...problems, "must not be '.'"];
  if (name === "..") return [...problems, "must not be '..'"];
  return name.startsWith("..") ? [...problems, "must not start with '..'"] : problems;
}

/** RFC 6335, as far as upstream follows it. */
export function portNameProblems(name: string): readonly string[] {
  if (/^[a-z0-9]{1,15}$/.test(name) && /[a-z]/.test(name)) return none;
  const checks: readonly (readonly [boolean, string])[] = [
    [name.length > 15, tooLong(15)],
    [
      !/^[-a-z0-9]+$/.test(name),
      "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)",
    ],
    [!/[a-z]/.test(name), "must contain at least one letter or number (a-z, 0-9)"],
    [name.includes("--"), "must not contain consecutive hyphens"],
    [/^-|-$/.test(name), "must not begin or end with a hyphen"],
  ];
  return checks.filter(([wrong]) => wrong).map(([, text]) => text);
}

export function rangeProblems(value: number, from: number, to: number): readonly string[] {
  return value >= from && value <= to ? none : [`must be between ${from} and ${to}, inclusive`];
}

export const portProblems = (port: number): readonly string[] => rangeProblems(port, 1, 65535);
