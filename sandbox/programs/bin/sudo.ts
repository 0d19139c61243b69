// sudo and su: as somebody else.

import { SpawnError } from "../../machine/process.ts";
import { groupName, identityOf } from "../../machine/users.ts";
import { Failure, type Tool, tool } from "./tool.ts";

/**
 * True if /etc/sudoers (or a file in sudoers.d) names the user, one of his groups, or everybody.
 */
function mayBecome(it: Tool): boolean {
  const { files, identity } = it.process;
  if (identity.uid === 0) return true;
  const groups = identity.groups.map((gid) => groupName(files, gid));
  if (groups.includes("sudo") || groups.includes("wheel")) return true;
  // sudo itself reads its files as root, whoever asks.
  const system = files.as({ ...identity, uid: 0, name: "root" });
  const more =
    system.kind("/etc/sudoers.d") === "directory"
      ? system.list("/etc/sudoers.d").map((name) => `/etc/sudoers.d/${name}`)
      : [];
  return ["/etc/sudoers", ...more].some((path) => {
    if (system.kind(path) !== "file") return false;
    return system
      .read(path)
      .split("\n")
      .some((line) => {
        const [who = ""] = line.trim().split(/\s+/);
        return (
          who === identity.name ||
          who === "ALL" ||
          (who.startsWith("%") && groups.includes(who.slice(1)))
        );
      });
  });
}

export const sudo = tool(
  {
    options: "u,user: g: i,login s,shell E,preserve-env? n H S k K l v b A p:",
    stopEarly: true,
    usage: "[options] command",
    version: "version 1.9.9",
  },
  async (it) => {
    const { process } = it;
    const target = it.value("u") ?? "root";
    const identity = identityOf(process.files, target.replace(/^#/, ""));
    if (!identity)
      throw new Failure(
        `unknown user ${target}\nsudo: error initializing audit plugin sudoers_audit`,
      );
    if (!mayBecome(it)) throw new Failure("", await refuse(it));
    if (it.has("l")) {
      it.print(
        `User ${process.user} may run the following commands on ${process.hostname}:\n    (ALL : ALL) NOPASSWD: ALL\n`,
      );
      return 0;
    }
    const env = new Map(
      it.has("E")
        ? process.env
        : [...process.env].filter(
            ([name]) =>
              /^(PATH|TERM|LANG|LC_\w+|DISPLAY|KUBECONFIG)$/.test(name) && name !== "KUBECONFIG",
          ),
    );
    const words = [...it.operands];
    while (/^\w+=/.test(words[0] ?? "")) {
      const [name = "", value = ""] = (words.shift() ?? "").split(/=(.*)/s);
      env.set(name, value);
    }
    env
      .set("HOME", identity.home)
      .set("USER", identity.name)
      .set("LOGNAME", identity.name)
      .set("SHELL", identity.shell);
    env
      .set("SUDO_USER", process.user)
      .set("SUDO_UID", String(process.identity.uid))
      .set("SUDO_GID", String(process.identity.gid));
    env.set("SUDO_COMMAND", words.join(" "));
    const login = it.has("i");
    if (words.length === 0 && !login && !it.has("s")) {
      await process.stderr.write(
        "usage: sudo -h | -K | -k | -V\nusage: sudo [-ABbEHnPS] [-u user] [VAR=value] [-i | -s] [command [arg ...]]\n",
      );
      return 1;
    }
    const shell =
      login || it.has("s")
        ? [identity.shell, ...(words.length > 0 ? ["-c", words.join(" ")] : [])]
        : words;
    const options = {
      env,
      user: identity.name,
      ...(login ? { cwd: identity.home, name: `-${identity.shell.replace(/^.*\//, "")}` } : {}),
    };
    try {
      return await process.wait(process.spawn(shell, options).exit);
    } catch (error) {
      if (!(error instanceof SpawnError)) throw error;
      throw new Failure(
        error.reason === "not found"
          ? `${shell[0]}: command not found`
          : `unable to execute ${shell[0]}: Permission denied`,
      );
    }
  },
);

async function refuse(it: Tool): Promise<number> {
  await it.process.stderr.write(`${it.process.user} is not in the sudoers file.\n`);
  return 1;
}

export const su = tool(
  {
    options: "c,command: l,login s,shell: m p P",
    stopEarly: false,
    usage: "[options] [-] [<user> [<argument>...]]",
    version: "from util-linux 2.37.2",
  },
  async (it) => {
    const { process } = it;
    const login = it.has("l") || it.operands.includes("-");
    const [name = "root"] = it.operands.filter((word) => word !== "-");
    const identity = identityOf(process.files, name);
    if (!identity || /^\d+$/.test(identity.name))
      throw new Failure(
        `user ${name} does not exist or the user entry does not contain all the required fields`,
      );
    if (process.identity.uid !== 0) throw new Failure("Authentication failure");
    const env = new Map(login ? [...process.env].filter(([key]) => key === "TERM") : process.env);
    env
      .set("HOME", identity.home)
      .set("SHELL", identity.shell)
      .set("USER", identity.name)
      .set("LOGNAME", identity.name);
    if (login) env.set("PATH", process.env.get("PATH") ?? "/usr/local/bin:/usr/bin:/bin");
    const shell = it.value("s") ?? identity.shell;
    const command = it.value("c");
    const options = {
      env,
      user: identity.name,
      ...(login ? { cwd: identity.home, name: `-${shell.replace(/^.*\//, "")}` } : {}),
    };
    return process.wait(
      process.spawn([shell, ...(command === undefined ? [] : ["-c", command])], options).exit,
    );
  },
);
