// The shells and the programs that every session runs. Only the loader imports this file;
// catalog.ts knows their names.

import type { Program } from "../../machine/process.ts";
import { ash, bash, dash } from "../shell/shell.ts";
import { cat } from "./cat.ts";
import { date, seq, sleep } from "./clock-tools.ts";
import { cp, mv } from "./copy.ts";
import { echo, isFalse, isTrue, printenv, printf, pwd, test, yes } from "./echo.ts";
import { egrep, fgrep, grep } from "./grep.ts";
import { head } from "./head.ts";
import { kill } from "./kill.ts";
import { ls } from "./ls.ts";
import { ln, mkdir, mktemp, touch, truncate } from "./make.ts";
import { arch, hostname, id, uname, whoami } from "./names.ts";
import { basename, dirname, readlink, realpath, which } from "./paths.ts";
import { rm, rmdir, unlink } from "./remove.ts";
import { env, nohup, time, timeout, wrapper, xargs } from "./run-tools.ts";
import { sed } from "./sed.ts";
import { sort } from "./sort.ts";
import { tail } from "./tail.ts";
import { uniq } from "./uniq.ts";
import { wc } from "./wc.ts";

export const userland: Readonly<Record<string, Program>> = {
  ...{ arch, ash, basename, bash, cat, cp, dash, date, dirname, echo, egrep, env, false: isFalse },
  ...{
    fgrep,
    grep,
    head,
    hostname,
    id,
    kill,
    ln,
    ls,
    mkdir,
    mktemp,
    mv,
    nohup,
    printenv,
    printf,
    pwd,
  },
  ...{ readlink, realpath, rm, rmdir, sed, seq, sleep, sort, tail, test, time, timeout, touch },
  ...{ true: isTrue, truncate, uname, uniq, unlink, wc, which, whoami, wrapper, xargs, yes },
};
