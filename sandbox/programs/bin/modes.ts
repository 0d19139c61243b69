// chmod, chown, chgrp, and modes as text.

import { absolute } from "../../machine/files.ts";
import { groupNamed, identityOf } from "../../machine/users.ts";
import { Failure, type Tool, tool, WrongUsage } from "./tool.ts";

/** `755`, `u+x`, `go-w,a=r`: the new mode; undefined if it is none. */
export function parseMode(
  text: string,
  { mode, isDirectory }: { mode: number; isDirectory: boolean },
): number | undefined {
  if (/^[0-7]{1,4}$/.test(text)) return Number.parseInt(text, 8);
  let result = mode;
  for (const clause of text.split(",")) {
    const match = /^([ugoa]*)((?:[-+=][rwxXst]*)+)$/.exec(clause);
    if (!match) return undefined;
    const [, who = "", actions = ""] = match;
    for (const [, operator = "", letters = ""] of actions.matchAll(/([-+=])([rwxXst]*)/g)) {
      result = apply(result, { who, operator, letters, isDirectory });
    }
  }
  return result;
}

interface Change {
  readonly who: string;
  readonly operator: string;
  readonly letters: string;
  readonly isDirectory: boolean;
}

function apply(mode: number, { who, operator, letters, isDirectory }: Change): number {
  const executes =
    letters.includes("x") || (letters.includes("X") && (isDirectory || (mode & 0o111) !== 0));
  const bits =
    (letters.includes("r") ? 4 : 0) | (letters.includes("w") ? 2 : 0) | (executes ? 1 : 0);
  const all = who === "" || who.includes("a");
  // Without a letter for whom, the umask holds back writing for others.
  const masked = who === "" && operator !== "=" ? 0o022 : 0;
  let mask = 0;
  let special = 0;
  for (const [letter, shift] of [
    ["u", 6],
    ["g", 3],
    ["o", 0],
  ] as const) {
    if (all || who.includes(letter)) mask |= 7 << shift;
  }
  let wanted =
    ((bits << 6) | (bits << 3) | bits) &
    mask &
    ~(operator === "+" || operator === "-" ? masked : 0);
  if (letters.includes("t")) special |= 0o1000;
  if (letters.includes("s"))
    special |= (all || who.includes("u") ? 0o4000 : 0) | (all || who.includes("g") ? 0o2000 : 0);
  wanted |= special;
  if (operator === "+") return mode | wanted;
  if (operator === "-") return mode & ~wanted;
  return (mode & ~mask) | wanted;
}

/** Does something to each operand, and with -R to all in it. */
async function each(
  it: Tool,
  operands: readonly string[],
  act: (path: string) => void,
): Promise<void> {
  const walk = async (path: string) => {
    const full = it.path(path);
    if (it.files.kind(full) === undefined) {
      if (!it.has("f")) await it.complain(`cannot access '${path}': No such file or directory`);
      else it.status = 1;
      return;
    }
    await it.attempt(
      `changing ${it.name === "chmod" ? "permissions" : "ownership"} of '${path}'`,
      () => act(full),
    );
    if (!it.has("R") || it.files.kind(full) !== "directory") return;
    for (const name of it.files.list(full)) await walk(`${path.replace(/\/$/, "")}/${name}`);
  };
  for (const path of operands) await walk(path);
}

export const chmod = tool(
  {
    plain: true,
    usage: "[OPTION]... MODE[,MODE]... FILE...",
  },
  async (it) => {
    // `chmod -x file`: a mode may look like an option.
    const options = it.operands.filter((arg) =>
      /^-[Rfvc]+$|^--(recursive|verbose|silent|quiet|changes)$/.test(arg),
    );
    const [text, ...paths] = it.operands.filter((arg) => !options.includes(arg) && arg !== "--");
    if (text === undefined) throw new WrongUsage("missing operand");
    if (paths.length === 0) throw new WrongUsage(`missing operand after ‘${text}’`);
    if (parseMode(text, { mode: 0, isDirectory: false }) === undefined) {
      throw new WrongUsage(`invalid mode: ‘${text}’`);
    }
    const recursive = options.some((option) => /^-\w*R|recursive/.test(option));
    const walk = async (path: string): Promise<void> => {
      const full = it.path(path);
      if (it.files.kind(full) === undefined) {
        return it.complain(`cannot access '${path}': No such file or directory`);
      }
      await it.attempt(`changing permissions of '${path}'`, () => {
        const { mode, kind } = it.files.stat(full);
        it.files.chmod(full, parseMode(text, { mode, isDirectory: kind === "directory" }) ?? mode);
      });
      if (!recursive || it.files.kind(full) !== "directory") return;
      for (const name of it.files.list(full)) await walk(absolute(full, name));
    };
    for (const path of paths) await walk(path);
  },
);

export const chown = tool(
  {
    options: "R,recursive f,silent v,verbose h,no-dereference c,changes ,reference:",
    usage: "[OPTION]... [OWNER][:[GROUP]] FILE...",
  },
  async (it) => {
    const [spec, ...paths] = it.operands;
    if (spec === undefined) throw new WrongUsage("missing operand");
    if (paths.length === 0) throw new WrongUsage(`missing operand after ‘${spec}’`);
    const isGroup = it.name === "chgrp";
    const [owner = "", group] = isGroup ? ["", spec] : spec.split(/[:.]/);
    const { files } = it.process;
    const user = owner === "" ? undefined : identityOf(files, owner);
    if (owner !== "" && !user) throw new Failure(`invalid user: ‘${spec}’`);
    const gid = group ? groupNamed(files, group) : group === "" ? user?.gid : undefined;
    if (group && gid === undefined) throw new Failure(`invalid group: ‘${spec}’`);
    await each(it, paths, (path) => {
      const stat = files.stat(path);
      files.chown(path, user?.uid ?? stat.uid, gid ?? stat.gid);
    });
  },
);
