// kubectl version. pkg/cmd/version/version.go, pkg/cmd/version/skew_warning.go.

import type { Build } from "../../api/era.ts";
import { writeYaml } from "../../api/yaml/write.ts";
import { type Call, defineCommand } from "./cli/command.ts";
import { CommandError, expected, SyntaxProblem } from "./cli/errors.ts";
import { bool, text } from "./cli/flags.ts";

interface Versions {
  readonly clientVersion: Build;
  readonly kustomizeVersion?: string;
  readonly serverVersion?: Build;
}

export const version = defineCommand({
  name: "version",
  usage: "",
  short: "Print the client and server version information",
  examples: ["# Print the client and server versions for the current context", "kubectl version"],
  completes: "none",
  flags: [
    bool("client", "If true, shows client version only (no server required)."),
    bool("short", "If true, print just the version number."),
    text("output o", "One of 'yaml' or 'json'."),
  ],
  async run(call) {
    const { kubectl, flags, args, path } = call;
    if (flags.changed("short") && kubectl.era.behaviors.has("kubectl-short-versions")) {
      throw new SyntaxProblem(`unknown flag: --short\nSee '${path} --help' for usage.`);
    }
    if (args.length > 0) throw new CommandError(`extra arguments: [${args.join(" ")}]`);
    const output = flags.string("output");
    if (!["", "yaml", "json"].includes(output)) {
      throw new CommandError("--output must be 'yaml' or 'json'");
    }
    const { kustomize } = kubectl.words;
    const known: Versions = {
      clientVersion: kubectl.era.build,
      ...(kustomize !== "" && { kustomizeVersion: kustomize }),
    };
    const { server, error } = flags.bool("client") ? {} : await askServer(call);
    const versions = { ...known, ...(server && { serverVersion: server }) };
    await kubectl.out(output === "" ? lines(call, versions) : document(versions, output));
    if (error) throw error;
    if (server && kubectl.era.behaviors.has("kubectl-warns-of-skew"))
      await warnOfSkew(call, server);
  },
});

async function askServer({ kubectl }: Call) {
  try {
    const path = "/version";
    return { server: await kubectl.rest.connection.object<Build>({ method: "GET", path }) };
  } catch (error) {
    return { error: expected(error) };
  }
}

const document = (versions: Versions, output: string): string =>
  output === "json"
    ? `${JSON.stringify(versions, undefined, 2)}
`
    : writeYaml(versions);
function lines({ kubectl, flags }: Call, versions: Versions): string {
  const { clientVersion, kustomizeVersion, serverVersion } = versions;
  const short = kubectl.era.behaviors.has("kubectl-short-versions") || flags.bool("short");
  const shown = (build: Build) => (short ? build.gitVersion : structText(build));
  return [
    `Client Version: ${shown(clientVersion)}`,
    ...(kustomizeVersion ? [`Kustomize Version: ${kustomizeVersion}`] : []),
    ...(serverVersion ? [`Server Version: ${shown(serverVersion)}`] : []),
  ]
    .map((line) => `${line}\n`)
    .join("");
}

/** As Go prints the struct with `%#v`. */
function structText(build: Build): string {
  const fields = Object.entries(build).map(
    ([name, value]) => `${name.charAt(0).toUpperCase()}${name.slice(1)}:${JSON.stringify(value)}`,
  );
  return `version.Info{${fields.join(", ")}}`;
}

/** Releases more than one apart are not supported together. */
async function warnOfSkew({ kubectl }: Call, server: Build): Promise<void> {
  const client = kubectl.era.build;
  const minor = ({ minor: text }: Build) => Number.parseInt(text, 10);
  const difference = Math.abs(minor(client) - minor(server));
  if (client.major === server.major && difference <= 1) return;
  const [mine, other] = [client, server].map((each) => `${each.major}.${minor(each)}`);
  await kubectl.error(
    `WARNING: version difference between client (${mine}) and server (${other}) exceeds the supported minor version skew of +/-1`,
  );
}
