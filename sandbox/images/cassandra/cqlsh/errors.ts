// Errors as the Python driver prints them. Upstream: cassandra-driver cassandra/__init__.py,
// bin/cqlsh.py.

import type { Refusal } from "../cql/session.ts";
import type { Hello } from "../native.ts";

const texts: Readonly<Record<string, string>> = {
  "1000": "Unavailable exception",
  "1100": "Coordinator node timed out waiting for replica nodes' responses",
  "1200": "Coordinator node timed out waiting for replica nodes' responses",
  "2000": "Syntax error in CQL query",
  "2200": "Invalid query",
  "2300": "Query invalid because of configuration issue",
  "2400": "Item already exists",
};

export function errorText(
  { error, code, message, info }: Refusal,
  { host, hello }: { readonly host: string; readonly hello: Hello },
): string {
  const details = info
    ? ` info={${Object.entries(info)
        .map(([name, value]) => `'${name}': ${typeof value === "number" ? value : `'${value}'`}`)
        .join(", ")}}`
    : "";
  if (error === "SyntaxException") return `SyntaxException: ${message}`;
  if (error === "ConfigurationException" || error === "AlreadyExists") {
    return `${error}: ${message}`;
  }
  const text = `Error from server: code=${code} [${texts[code] ?? ""}] message="${message}"${details}`;
  if (error === "Unavailable") {
    // The driver asks the next host, and there is none.
    const quoted = text.replaceAll("'", "\\'");
    return `NoHostAvailable: ('Unable to complete the operation against any hosts', {<Host: ${host} ${hello.dc}>: Unavailable('${quoted}',)})`;
  }
  return `${error}: ${text}`;
}
