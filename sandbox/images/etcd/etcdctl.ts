// `etcdctl` as it spoke until etcd 3.4: get, set, ls, rm over HTTP. Upstream: coreos/etcd 2.3
// etcdctl/ctlv2.

import { NetworkError } from "../../machine/network.ts";
import type { Process, Program } from "../../machine/process.ts";
import { ask, parseUrl, pieces } from "../../programs/bin/http-client.ts";
import type { EtcdFailure, EtcdNode } from "./keys.ts";

interface Answer {
  readonly node?: EtcdNode;
  readonly prevNode?: EtcdNode;
}

class EtcdError extends Error {
  override readonly name = "EtcdError";
  readonly status: number;
  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

const unreachable = (endpoints: string) =>
  new EtcdError(
    `client: etcd cluster is unavailable or misconfigured; error #0: dial tcp ${endpoints}: getsockopt: connection refused`,
    1,
  );

interface Call {
  readonly process: Process;
  readonly endpoint: string;
  readonly switches: ReadonlySet<string>;
  readonly operands: readonly string[];
}

async function request(
  { process, endpoint }: Call,
  method: "GET" | "PUT" | "DELETE",
  { key, form = {} }: { readonly key: string; readonly form?: Readonly<Record<string, string>> },
): Promise<Answer> {
  const path = key.startsWith("/") ? key : `/${key}`;
  const pairs = Object.entries(form).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  const query = method === "GET" && pairs.length > 0 ? `?${pairs.join("&")}` : "";
  const url = parseUrl(`${endpoint}/v2/keys${path === "/" ? "" : path}${query}`);
  if (!url || "unsupported" in url) throw new EtcdError(`parse ${endpoint}: invalid URL`, 1);
  try {
    const response = await ask(process, url, {
      ...{ method, headers: { "content-type": "application/x-www-form-urlencoded" } },
      ...(method === "PUT" && { body: pairs.join("&") }),
    });
    let text = "";
    for await (const piece of pieces(response.body)) text += piece;
    const answer = JSON.parse(text) as Answer & Partial<EtcdFailure>;
    if (answer.errorCode === undefined) return answer;
    throw new EtcdError(
      `${String(answer.errorCode).padStart(4)}: ${answer.message} (${answer.cause}) [${answer.index}]`,
      4,
    );
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    throw unreachable(endpoint.replace(/^https?:\/\//, ""));
  }
}

type Command = (call: Call) => Promise<string>;

const required = ({ operands }: Call, at: number, message: string): string => {
  const found = operands[at];
  if (found === undefined) throw new EtcdError(message, 1);
  return found;
};

/** The value may also come by standard input. */
async function valueGiven(call: Call): Promise<string> {
  const given = call.operands[1];
  if (given !== undefined) return given;
  if (call.process.stdin.isTerminal) throw new EtcdError("value required", 1);
  return call.process.stdin.readAll();
}

const put =
  (form: Readonly<Record<string, string>>): Command =>
  async (call) => {
    const key = required(call, 0, "key required");
    const value = await valueGiven(call);
    const { node } = await request(call, "PUT", { key, form: { value, ...form } });
    return `${node?.value ?? ""}\n`;
  };

const commands: Readonly<Record<string, Command>> = {
  async get(call) {
    const key = required(call, 0, "key required");
    const { node } = await request(call, "GET", { key });
    if (node?.dir) throw new EtcdError(`${node.key}: is a directory`, 1);
    return `${node?.value ?? ""}\n`;
  },
  set: put({}),
  update: put({ prevExist: "true" }),
  mk: put({ prevExist: "false" }),
  async ls(call) {
    const key = call.operands[0] ?? "/";
    const recursive = call.switches.has("recursive") || call.switches.has("r");
    const { node } = await request(call, "GET", {
      key,
      ...(recursive && { form: { recursive: "true" } }),
    });
    if (node && !node.dir) return `${node.key}\n`;
    const marks = call.switches.has("p");
    const listed = (each: EtcdNode): string =>
      `${each.key}${marks && each.dir ? "/" : ""}\n${(each.nodes ?? []).map(listed).join("")}`;
    return (node?.nodes ?? []).map(listed).join("");
  },
  async rm(call) {
    const key = required(call, 0, "key required");
    const { prevNode } = await request(call, "DELETE", { key });
    return `PrevNode.Value: ${prevNode?.value ?? ""}\n`;
  },
};

const absent =
  /^(?:backup|cluster-health|mkdir|rmdir|setdir|updatedir|watch|exec-watch|member|user|role|auth|import)$/;

export const etcdctl: Program = async (process) => {
  const { env, argv, stdout, stderr } = process;
  const named = env.get("ETCDCTL_ENDPOINT") ?? env.get("ETCDCTL_PEERS") ?? "http://127.0.0.1:2379";
  let endpoint = named.split(",")[0] ?? "";
  const switches = new Set<string>();
  const words: string[] = [];
  const queue = argv.slice(1);
  for (let word = queue.shift(); word !== undefined; word = queue.shift()) {
    const [, name, value] = /^--?([\w-]+)(?:=(.*))?$/s.exec(word) ?? [];
    if (name === undefined) words.push(word);
    else if (/^(?:endpoints?|peers|C)$/.test(name))
      endpoint = (value ?? queue.shift() ?? "").split(",")[0] ?? "";
    else if (name === "version" || name === "v") words.unshift("--version");
    else switches.add(name);
  }
  if (!/^https?:/.test(endpoint)) endpoint = `http://${endpoint}`;
  const [name = "", ...operands] = words;
  if (name === "--version") {
    await stdout.write("etcdctl version 2.3.7\n");
    return 0;
  }
  if (env.get("ETCDCTL_API") === "3" || absent.test(name)) {
    await stderr.write(`etcdctl ${name}: not simulated\n`);
    return 1;
  }
  const command = commands[name];
  if (!command) {
    await stdout.write(
      `NAME:\n   etcdctl - A simple command line client for etcd.\n\nCOMMANDS:\n${Object.keys(
        commands,
      )
        .map((each) => `   ${each}\n`)
        .join("")}`,
    );
    return name === "" ? 0 : 3;
  }
  try {
    await stdout.write(await command({ process, endpoint, switches, operands }));
    return 0;
  } catch (error) {
    if (!(error instanceof EtcdError)) throw error;
    await stderr.write(
      error.status === 4 || error.message.startsWith("client:")
        ? `Error:  ${error.message}\n`
        : `${error.message}\n`,
    );
    return error.status;
  }
};
