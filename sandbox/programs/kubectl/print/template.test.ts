import { expect, test } from "vitest";
import { GoTemplate } from "./go-template.ts";
import { JsonPath } from "./jsonpath.ts";

const data = {
  kind: "List",
  items: [
    {
      metadata: { name: "web-0", labels: { app: "nginx" } },
      spec: { replicas: 3, modes: ["RWO", "ROX"] },
    },
    { metadata: { name: "web-1" }, spec: { replicas: 1, modes: [] }, bits: "YWJj" },
  ],
};

function template(text: string): string {
  try {
    const { text: out, error } = new GoTemplate(text).execute(data);
    return error === undefined ? out : `${out}!${error}`;
  } catch (error) {
    return `!${(error as Error).message}`;
  }
}

function path(text: string, allowMissingKeys = true): string {
  try {
    return new JsonPath(text, { allowMissingKeys }).text(data);
  } catch (error) {
    return `!${(error as Error).message}`;
  }
}

test.each([
  ["{{range .items}}{{.metadata.name}} {{end}}", "web-0 web-1 "],
  ["{{range $i, $e := .items}}{{$i}}={{$e.spec.replicas}},{{end}}", "0=3,1=1,"],
  ["{{len .items}} {{(index .items 0).metadata.name}}", "2 web-0"],
  ["{{range .items}}{{if .metadata.labels}}yes{{else}}no{{end}}{{end}}", "yesno"],
  ["{{with .nothing}}x{{else}}none{{end}}", "none"],
  ["{{.nothing}} {{.nothing.deeper}}", "<no value> <no value>"],
  [
    '{{printf "%-6s|%5.1f|%v" .kind 2.5 .items}}',
    "List  |  2.5|[map[metadata:map[labels:map[app:nginx] name:web-0] spec:map[modes:[RWO ROX] replicas:3]] map[bits:YWJj metadata:map[name:web-1] spec:map[modes:[] replicas:1]]]",
  ],
  ['{{$x := "a"}}{{if eq .kind "List" "Pod"}}{{$x = "b"}}{{end}}{{$x}}', "b"],
  ["{{- /* a comment */ -}} {{ .kind -}}  !", "List!"],
  ['{{range .items}}{{with .bits}}{{. | base64decode | printf "%q"}}{{end}}{{end}}', '"abc"'],
  ["{{if and (gt 2 1) (not false) (or false true)}}ok{{end}}", "ok"],
  ['{{define "t"}}<{{.}}>{{end}}{{template "t" .kind}}', "<List>"],
  ["{{range .items}}{{range .spec.modes}}{{.}};{{else}}-{{end}}{{end}}", "RWO;ROX;-"],
])("the template %j gives %j", (text, out) => {
  expect(template(text)).toBe(out);
});

test.each([
  ["{{.status.phase", "template: output:1: unclosed action"],
  ["{{foo}}", 'template: output:1: function "foo" not defined'],
  ["{{range .items}}", "template: output:1: unexpected EOF"],
  ["{{end}}", "template: output:1: unexpected {{end}}"],
  ["a\n{{if}}x{{end}}", "template: output:2: missing value for if"],
  ['{{"abc}}', "template: output:1: unterminated quoted string"],
  ["{{$x}}", 'template: output:1: undefined variable "$x"'],
  [
    "{{.kind.name}}",
    'template: output:1:7: executing "output" at <.kind.name>: can\'t evaluate field name in type interface {}',
  ],
  [
    "{{index .items 5}}",
    'template: output:1:2: executing "output" at <index .items 5>: error calling index: index out of range: 5',
  ],
  [
    "{{eq 1 .kind}}",
    'template: output:1:2: executing "output" at <eq 1 .kind>: error calling eq: incompatible types for comparison',
  ],
  [
    "{{range .kind}}{{end}}",
    'template: output:1:8: executing "output" at <.kind>: range can\'t iterate over List',
  ],
])("the template %j fails with %j", (text, error) => {
  expect(template(text)).toBe(`!${error}`);
});

test.each([
  ["{.items[*].metadata.name}", "web-0 web-1"],
  [".items[0].x", ".items[0].x"],
  ['{range .items[*]}{.metadata.name}{"\\t"}{.spec.replicas}{"\\n"}{end}', "web-0\t3\nweb-1\t1\n"],
  ["{.items[-1:].metadata.name}{.items[0:1].metadata.name}", "web-1web-0"],
  ["{..name}", "web-0 web-1"],
  ["{.items[*]['metadata.name','spec.replicas']}", "web-0 web-1 3 1"],
  ["{.items[?(@.spec.replicas>2)].metadata.name}", "web-0"],
  ['{.items[?(@.metadata.name=="web-1")].spec}', '{"modes":[],"replicas":1}'],
  ["{.items[?(@.bits)].metadata.name}", "web-1"],
  ["{.items[0].metadata.labels}{.nothing}!", '{"app":"nginx"}!'],
  ["{range .none[*]}{.x}{end}after", "after"],
  ["{range .items[*]}[{range .spec.modes[*]}{@},{end}]{end}", "[RWO,ROX,][]"],
])("the path %j gives %j", (text, out) => {
  expect(path(text)).toBe(out);
});

test.each([
  ["{.data", "unclosed action"],
  ["{.data[}", "unterminated array"],
  ["{.items[5]}", "array index out of bounds: index 5, length 2"],
  ['{.items[?(@.x=~"y")]}', "unrecognized character in action: U+007E '~'"],
  ["{end}", "not in range, nothing to end"],
  ["{.kind[0]}", "string is not array or slice"],
  ["{.items[x]}", "invalid array index x"],
])("the path %j fails with %j", (text, error) => {
  expect(path(text)).toBe(`!${error}`);
});

test("a missing key fails only where it is not allowed", () => {
  expect(path("{.nope}", false)).toBe("!nope is not found");
});
