// uname, arch, hostname, whoami, id: what the machine and its users are called.

import { groupName, identityOf, userName } from "../../machine/users.ts";
import { Failure, type Tool, tool } from "./tool.ts";

export const uname = tool(
  {
    options:
      "a,all s,kernel-name n,nodename r,kernel-release v,kernel-version m,machine p,processor i,hardware-platform o,operating-system",
    usage: "[OPTION]...",
  },
  async (it) => {
    const all = it.has("a");
    const parts: [string, string][] = [
      ["s", "Linux"],
      ["n", it.process.hostname],
      ["r", it.process.system.kernel],
      ["v", "#101-Ubuntu SMP Tue Nov 14 13:30:08 UTC 2023"],
      ["m", "x86_64"],
      ["p", "x86_64"],
      ["i", "x86_64"],
      ["o", "GNU/Linux"],
    ];
    const any = parts.some(([letter]) => it.has(letter));
    const shown = parts.filter(([letter]) => all || it.has(letter) || (!any && letter === "s"));
    it.print(`${shown.map(([, text]) => text).join(" ")}\n`);
  },
);

export const arch = tool({ usage: "[OPTION]..." }, async (it) => it.print("x86_64\n"));

export const hostname = tool(
  {
    options: "i,ip-address I,all-ip-addresses f,fqdn s,short d,domain A F:",
    usage: "[-a|-A|-d|-f|-i|-I|-s|-y]",
    version: "3.23",
  },
  async (it) => {
    const { hostname: name, network } = it.process;
    if (it.has("I")) it.print(`${network.addresses.join(" ")} \n`);
    else if (it.has("i")) it.print(`${(await network.lookup(name)).join(" ")}\n`);
    else if (it.has("d")) it.print(`${name.split(".").slice(1).join(".")}\n`);
    else if (it.has("s")) it.print(`${name.split(".")[0]}\n`);
    else if (it.operands.length > 0) throw new Failure("you must be root to change the host name");
    else it.print(`${it.has("f") ? fullName(it, name) : name}\n`);
  },
);

/** The first name that /etc/hosts has for the machine. */
function fullName(it: Tool, name: string): string {
  if (it.files.kind("/etc/hosts") !== "file") return name;
  const lines = it.files
    .read("/etc/hosts")
    .split("\n")
    .map((line) => line.replace(/#.*/, "").trim().split(/\s+/));
  return lines.find(([, ...names]) => names.includes(name))?.[1] ?? name;
}

export const whoami = tool(
  {
    usage: "[OPTION]...",
  },
  async (it) => {
    const { uid } = it.process.identity;
    const name = userName(it.files, uid);
    if (/^\d+$/.test(name)) throw new Failure(`cannot find name for user ID ${uid}`);
    it.print(`${name}\n`);
  },
);

export const id = tool(
  {
    options: "u,user g,group G,groups n,name r,real",
    usage: "[OPTION]... [USER]...",
  },
  async (it) => {
    const [name] = it.operands;
    const found = name === undefined ? it.process.identity : identityOf(it.files, name);
    if (!found || (name !== undefined && /^\d+$/.test(found.name) && found.uid !== 0)) {
      throw new Failure(`‘${name}’: no such user`);
    }
    const { uid, gid, groups } = found;
    const user = (number: number) => userName(it.files, number);
    const group = (number: number) => groupName(it.files, number);
    if (it.has("u")) it.print(`${it.has("n") ? user(uid) : uid}\n`);
    else if (it.has("g")) it.print(`${it.has("n") ? group(gid) : gid}\n`);
    else if (it.has("G"))
      it.print(`${groups.map((one) => (it.has("n") ? group(one) : one)).join(" ")}\n`);
    else {
      const named = (number: number, text: string) =>
        text === String(number) ? String(number) : `${number}(${text})`;
      const all = groups.map((one) => named(one, group(one))).join(",");
      it.print(`uid=${named(uid, user(uid))} gid=${named(gid, group(gid))} groups=${all}\n`);
    }
  },
);
