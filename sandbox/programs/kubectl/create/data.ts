// kubectl create configmap and secret: keys and values from words, files, directories and env
// files.
// pkg/generate/versioned: configmap.go, secret.go, env_file.go, secret_for_docker_registry.go.

import { encodeBase64 } from "../../../api/base64.ts";
import { quoted } from "../../../api/schema/go-json.ts";
import { absolute, baseName, FileError } from "../../../machine/files.ts";
import { type Call, defineCommand } from "../cli/command.ts";
import { CommandError, usageError } from "../cli/errors.ts";
import { array, bool, list, text } from "../cli/flags.ts";
import { createCommand } from "./object.ts";

const sourceFlags = (what: string) => [
  list(
    "from-file",
    `Key files can be specified using their file path, or with a name and file path, or as a directory.`,
  ),
  array(
    "from-literal",
    `Specify a key and literal value to insert in ${what} (i.e. mykey=somevalue)`,
  ),
  text(
    "from-env-file",
    `Specify the path to a file to read lines of key=val pairs to create a ${what}.`,
  ),
  bool("append-hash", `Append a hash of the ${what} to its name.`, { hidden: true }),
];

const keyRule =
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";

interface Sink {
  readonly kind: "ConfigMap" | "Secret";
  readonly name: string;
  readonly data: Record<string, string>;
}

/** What `--from-file`, `--from-literal` and `--from-env-file` say. */
function readSources({ kubectl, flags }: Call, sink: Sink): Record<string, string> {
  const env = flags.string("from-env-file");
  const files = flags.list("from-file");
  const literals = flags.list("from-literal");
  if (env !== "" && (files.length > 0 || literals.length > 0)) {
    throw new CommandError("from-env-file cannot be combined with from-file or from-literal");
  }
  for (const source of files) addFile(kubectl.process, source, sink);
  for (const source of literals) {
    const at = source.indexOf("=");
    if (at <= 0) throw new CommandError(`invalid literal source ${source}, expected key=value`);
    add(sink, source.slice(0, at), source.slice(at + 1));
  }
  if (env !== "") addEnvFile(kubectl.process, env, sink);
  return sink.data;
}

type Machine = Call["kubectl"]["process"];

function add({ data, kind, name }: Sink, key: string, value: string): void {
  const problem = keyProblem(key);
  if (problem) {
    const what = kind === "ConfigMap" ? "a ConfigMap" : "a Secret";
    throw new CommandError(`${quoted(key)} is not a valid key name for ${what}: ${problem}`);
  }
  if (Object.hasOwn(data, key)) {
    throw new CommandError(
      kind === "ConfigMap"
        ? `cannot add key ${quoted(key)}, another key by that name already exists in Data for ConfigMap ${quoted(name)}`
        : `cannot add key ${key}, another key by that name already exists`,
    );
  }
  data[key] = value;
}

function keyProblem(key: string): string | undefined {
  if (key.length > 253) return "must be no more than 253 characters";
  if (!/^[-._a-zA-Z0-9]+$/.test(key)) return keyRule;
  if (key === ".") return "must not be '.'";
  return key.startsWith("..")
    ? `must not ${key === ".." ? "be '..'" : "start with '..'"}`
    : undefined;
}

function addFile(process: Machine, source: string, sink: Sink): void {
  const [first = "", second, ...rest] = source.split("=");
  if (rest.length > 0) throw new CommandError("key names or file paths cannot contain '='");
  if (second !== undefined && first === "") {
    throw new CommandError(`key name for file path ${second} missing`);
  }
  if (second === "") throw new CommandError(`file path for key name ${first} missing`);
  const path = second ?? first;
  const full = absolute(process.cwd, path);
  if (process.files.kind(full) !== "directory") {
    add(sink, second === undefined ? baseName(path) : first, readText(process, path));
    return;
  }
  if (second !== undefined) {
    throw new CommandError(
      `cannot give a key name for a directory path${sink.kind === "ConfigMap" ? "." : ""}`,
    );
  }
  for (const child of process.files.list(full)) {
    if (process.files.kind(`${full}/${child}`) === "file") {
      add(sink, child, readText(process, `${path}/${child}`));
    }
  }
}

function readText(process: Machine, path: string): string {
  try {
    return process.files.read(absolute(process.cwd, path));
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    throw new CommandError(`error reading ${path}: ${error.message.toLowerCase()}`);
  }
}

function addEnvFile(process: Machine, path: string, sink: Sink): void {
  if (process.files.kind(absolute(process.cwd, path)) === "directory") {
    throw new CommandError(
      `env ${sink.kind === "ConfigMap" ? "config" : "secret"} file cannot be a directory`,
    );
  }
  for (const line of readText(process, path).split(/\r?\n/)) {
    const trimmed = line.trimStart();
    if (trimmed === "" || trimmed.startsWith("#")) continue;
    const [key = "", ...rest] = trimmed.split("=");
    if (!/^[-._a-zA-Z][-._a-zA-Z0-9]*$/.test(key)) {
      throw new CommandError(
        `${quoted(key)} is not a valid key name: a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit (e.g. 'my.env-name',  or 'MY_ENV.NAME',  or 'MyEnvName1', regex used for validation is '[-._a-zA-Z][-._a-zA-Z0-9]*')`,
      );
    }
    add(sink, key, rest.length > 0 ? rest.join("=") : (process.env.get(key) ?? ""));
  }
}

export const configMap = createCommand({
  name: "configmap",
  aliases: ["cm"],
  apiVersion: "v1",
  kind: "ConfigMap",
  usage:
    "NAME [--from-file=[key=]source] [--from-literal=key1=value1] [--dry-run=server|client|none]",
  short: "Create a configmap from a local file, directory or literal value",
  examples: [
    "# Create a new configmap named my-config based on folder bar",
    "kubectl create configmap my-config --from-file=path/to/bar",
    "",
    "# Create a new configmap named my-config with key1=config1 and key2=config2",
    "kubectl create configmap my-config --from-literal=key1=config1 --from-literal=key2=config2",
  ],
  flags: sourceFlags("configmap"),
  make: (name, call) => ({ data: readSources(call, { kind: "ConfigMap", name, data: {} }) }),
});

const secretData = (data: Record<string, string>) =>
  Object.fromEntries(Object.entries(data).map(([key, value]) => [key, encodeBase64(value)]));

const generic = createCommand({
  name: "generic",
  apiVersion: "v1",
  kind: "Secret",
  usage:
    "NAME [--type=string] [--from-file=[key=]source] [--from-literal=key1=value1] [--dry-run=server|client|none]",
  short: "Create a secret from a local file, directory or literal value",
  examples: [
    "# Create a new secret named my-secret with key1=supersecret and key2=topsecret",
    "kubectl create secret generic my-secret --from-literal=key1=supersecret --from-literal=key2=topsecret",
  ],
  flags: [...sourceFlags("secret"), text("type", "The type of secret to create")],
  make(name, call) {
    const type = call.flags.string("type");
    const data = secretData(readSources(call, { kind: "Secret", name, data: {} }));
    return { ...(type !== "" && { type }), data };
  },
});

const dockerRegistry = createCommand({
  name: "docker-registry",
  apiVersion: "v1",
  kind: "Secret",
  usage:
    "NAME --docker-username=user --docker-password=password --docker-email=email [--docker-server=string] [--dry-run=server|client|none]",
  short: "Create a secret for use with a Docker registry",
  flags: [
    text("docker-username", "Username for Docker registry authentication"),
    text("docker-password", "Password for Docker registry authentication"),
    text("docker-email", "Email for Docker registry"),
    text("docker-server", "Server location for Docker registry", {
      value: "https://index.docker.io/v1/",
    }),
    list("from-file", "Key files can be specified using their file path."),
  ],
  make(name, call) {
    const { flags, path } = call;
    const type = "kubernetes.io/dockerconfigjson";
    if (flags.list("from-file").length > 0) {
      return { type, data: secretData(readSources(call, { kind: "Secret", name, data: {} })) };
    }
    for (const required of ["docker-username", "docker-password", "docker-server"]) {
      if (flags.string(required) === "") throw usageError(path, `flag ${required} is required`);
    }
    const [username, password, email] = ["username", "password", "email"].map((each) =>
      flags.string(`docker-${each}`),
    );
    const auth = encodeBase64(`${username}:${password}`);
    const entry = { username, password, ...(email !== "" && { email }), auth };
    const config = { auths: { [flags.string("docker-server")]: entry } };
    return { type, data: secretData({ ".dockerconfigjson": JSON.stringify(config) }) };
  },
});

const tls = createCommand({
  name: "tls",
  apiVersion: "v1",
  kind: "Secret",
  usage: "NAME --cert=path/to/cert/file --key=path/to/key/file [--dry-run=server|client|none]",
  short: "Create a TLS secret",
  flags: [
    text("cert", "Path to PEM encoded public key certificate."),
    text("key", "Path to private key associated with given certificate."),
  ],
  make(_, { kubectl, flags, path }) {
    for (const required of ["cert", "key"]) {
      if (flags.string(required) === "") throw usageError(path, `flag ${required} is required`);
    }
    const read = (name: string) => {
      const file = flags.string(name);
      const full = absolute(kubectl.process.cwd, file);
      if (kubectl.process.files.kind(full) !== "file") {
        throw new CommandError(`Cannot read file ${file}, open ${file}: no such file or directory`);
      }
      return kubectl.process.files.read(full);
    };
    const [cert, key] = [read("cert"), read("key")];
    if (!cert.includes("-----BEGIN CERTIFICATE-----")) {
      throw new CommandError(
        "failed to load key pair tls: failed to find any PEM data in certificate input",
      );
    }
    return { type: "kubernetes.io/tls", data: secretData({ "tls.crt": cert, "tls.key": key }) };
  },
});

export const secret = defineCommand({
  name: "secret",
  usage: "",
  short: "Create a secret using specified subcommand",
  commands: [dockerRegistry, generic, tls],
});
