// kubectl cp: files to and from containers, through tar on both sides. pkg/cmd/cp/cp.go.

import type { Pod } from "../../api/pod.ts";
import { absolute, FileError } from "../../machine/files.ts";
import type { Process } from "../../machine/process.ts";
import { groupName, userName } from "../../machine/users.ts";
import { ARCHIVE_END, membersOf, packed, placeMember } from "../bin/tar-archive.ts";
import { type Call, defineCommand } from "./cli/command.ts";
import { CommandError, PlainError } from "./cli/errors.ts";
import { bool, int, text } from "./cli/flags.ts";
import { defaultContainer } from "./pods-of.ts";
import { pathOf } from "./server/rest.ts";

interface FileSpec {
  readonly namespace: string;
  /** Empty for a file of this machine. */
  readonly pod: string;
  readonly file: string;
}

export const cp = defineCommand({
  name: "cp",
  usage: "<file-spec-src> <file-spec-dest>",
  short: "Copy files and directories to and from containers",
  examples: [
    "# Copy /tmp/foo local file to /tmp/bar in a remote pod",
    "kubectl cp /tmp/foo <some-pod>:/tmp/bar",
    "",
    "# Copy /tmp/foo from a remote pod to /tmp/bar locally",
    "kubectl cp <some-namespace>/<some-pod>:/tmp/foo /tmp/bar",
  ],
  completes: "file",
  flags: [
    text("container c", "Container name."),
    bool(
      "no-preserve",
      "The copied file/directory's ownership and permissions will not be preserved in the container",
    ),
    int("retries", "Set number of retries to complete a copy operation from a container."),
  ],
  async run(call) {
    if (call.args.length !== 2) throw new CommandError("source and destination are required");
    const [source, target] = call.args.map((word) => specOf(word, call.kubectl.namespace));
    if (!source || !target) return;
    if (source.pod !== "" && target.pod !== "") {
      throw new CommandError("one of src or dest must be a local file specification");
    }
    if (source.file === "" || target.file === "") {
      throw new CommandError("filepath can not be empty");
    }
    if (source.pod !== "") await copyFrom(call, source, target.file);
    else if (target.pod !== "") await copyTo(call, source.file, target);
    else throw new CommandError("one of src or dest must be a remote file specification");
  },
});

function specOf(word: string, namespace: string): FileSpec {
  const at = word.indexOf(":");
  if (at < 0) return { namespace, pod: "", file: word };
  const pieces = word.slice(0, at).split("/");
  if (at === 0 || pieces.length > 2) {
    throw new CommandError("filespec must match the canonical format: [[namespace/]pod:]file/path");
  }
  const pod = pieces.pop() ?? "";
  return { namespace: pieces[0] ?? namespace, pod, file: word.slice(at + 1) };
}

interface Ran {
  readonly code: number;
  readonly output: string;
}

/** Runs a command in the container; what it complains of is shown. */
async function runThere(
  { kubectl, flags }: Call,
  { namespace, pod: name }: FileSpec,
  { command, input }: { readonly command: readonly string[]; readonly input?: string },
): Promise<Ran> {
  const mapping = await kubectl.discovery.find("pods");
  const pod = await kubectl.rest.get<Pod>({ mapping, namespace, name });
  const asked = flags.string("container");
  const container = asked !== "" ? asked : (await defaultContainer(kubectl, pod, true)).name;
  const { process } = kubectl;
  let output = "";
  const stopping = new AbortController();
  const query = {
    ...{ command, container, stdout: "true", stderr: "true" },
    ...(input !== undefined && { stdin: "true" }),
  };
  const path = pathOf({ mapping, namespace, name }, "exec");
  const code = await process.wait(
    kubectl.rest.connection.join(
      { method: "POST", path, query, signal: stopping.signal },
      {
        signal: stopping.signal,
        ...(input !== undefined && { stdin: once(input) }),
        stdout: async (piece) => {
          output += piece;
        },
        stderr: (piece) => process.stderr.write(piece),
      },
    ),
  );
  return { code, output };
}

async function* once(input: string): AsyncGenerator<string> {
  yield input;
}

async function copyTo(call: Call, local: string, target: FileSpec): Promise<void> {
  const { process } = call.kubectl;
  const path = absolute(process.cwd, local);
  if (!process.files.kind(path)) {
    throw new CommandError(`${local} doesn't exist in local filesystem`);
  }
  const isDirectory = await runThere(call, target, { command: ["test", "-d", target.file] });
  const file = target.file.replace(/(?<=.)\/+$/, "");
  const base = path.slice(path.lastIndexOf("/") + 1);
  const destination = isDirectory.code === 0 ? `${file}/${base}` : file;
  const slash = destination.lastIndexOf("/");
  const directory = destination.slice(0, Math.max(slash, slash === 0 ? 1 : 0));
  const flagsOfTar = call.flags.bool("no-preserve")
    ? ["--no-same-permissions", "--no-same-owner", "-xmf", "-"]
    : ["-xmf", "-"];
  const command = ["tar", ...flagsOfTar, ...(directory !== "" ? ["-C", directory] : [])];
  const input = archiveOf(process, path, destination.slice(slash + 1)) + ARCHIVE_END;
  const { code } = await runThere(call, target, { command, input });
  if (code !== 0) throw new PlainError(`command terminated with exit code ${code}`, code);
}

/** A file, or a directory with all that is in it, under another name. */
function archiveOf(process: Process, path: string, name: string): string {
  const { files } = process;
  const stat = files.lstat(path);
  const isDirectory = stat.kind === "directory";
  const inner = isDirectory ? files.list(path) : [];
  const own = packed({
    name: isDirectory ? `${name}/` : name,
    text: stat.kind === "file" ? files.read(path) : "",
    target: stat.kind === "symlink" ? files.readLink(path) : "",
    stat,
    user: userName(files, stat.uid),
    group: groupName(files, stat.gid),
  });
  return (
    own + inner.map((each) => archiveOf(process, `${path}/${each}`, `${name}/${each}`)).join("")
  );
}

async function copyFrom(call: Call, source: FileSpec, local: string): Promise<void> {
  const { kubectl } = call;
  const { process } = kubectl;
  const command = ["tar", "cf", "-", source.file];
  const { code, output } = await runThere(call, source, { command });
  const prefix = source.file.replace(/^\/+/, "").replace(/\/+$/, "");
  const into = absolute(process.cwd, local);
  try {
    for (const member of membersOf(output)) {
      if (member.type === "2") {
        await kubectl.error(
          `warning: skipping symlink: "${into}" -> "${member.target}" (consider using "kubectl exec -n "${source.namespace}" "${source.pod}" -- tar cf - "${source.file}" | tar xf -")`,
        );
        continue;
      }
      const rest = member.name.slice(prefix.length).replace(/\/$/, "");
      placeMember(process.files, "/", { ...member, name: `${into}${rest}` });
    }
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    throw new CommandError(`open ${local}: ${error.message.toLowerCase()}`);
  }
  if (code !== 0) throw new PlainError(`command terminated with exit code ${code}`, code);
}
