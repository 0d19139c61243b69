// The programs that are seldom used or large: fetched when one of them is run for the first time.
// Only the loader imports this file; catalog.ts knows their names.

import type { Program } from "../../machine/process.ts";
import { awk } from "./awk.ts";
import { column } from "./column.ts";
import { curl } from "./curl.ts";
import { cut } from "./cut.ts";
import { cmp, diff } from "./diff.ts";
import { base64, md5sum, od, sha1sum, sha256sum, xxd } from "./digest.ts";
import { df, du, mount, sync, umount } from "./disks.ts";
import * as dns from "./dns-tools.ts";
import { find } from "./find.ts";
import { jq } from "./jq.ts";
import { less } from "./less.ts";
import { comm, expand, fold, nl, paste, rev, shuf, tac, tee } from "./lines.ts";
import { chmod, chown } from "./modes.ts";
import { nano } from "./nano.ts";
import * as net from "./net-tools.ts";
import { killall, pgrep, pidof, pkill, ps } from "./ps.ts";
import { scp, ssh, sshd } from "./ssh.ts";
import { file, stat } from "./stat.ts";
import { su, sudo } from "./sudo.ts";
import * as system from "./system-tools.ts";
import { journalctl, service, systemctl } from "./systemctl.ts";
import { tar } from "./tar.ts";
import { top } from "./top.ts";
import { tr } from "./tr.ts";
import { vi } from "./vi.ts";
import { watch } from "./watch.ts";
import { busyboxWget, wget } from "./wget.ts";

export const toolbox: Readonly<Record<string, Program>> = {
  ...{ awk, base64, "busybox-nslookup": dns.busyboxNslookup, "busybox-ping": net.busyboxPing },
  ...{
    "busybox-wget": busyboxWget,
    chmod,
    chown,
    clear: system.clear,
    cmp,
    column,
    comm,
    curl,
    cut,
  },
  ...{
    df,
    diff,
    dig: dns.dig,
    du,
    expand,
    file,
    find,
    fold,
    free: system.free,
    getent: dns.getent,
  },
  ...{
    groups: system.groups,
    host: dns.host,
    ifconfig: net.ifconfig,
    ip: net.ip,
    journalctl,
    jq,
    killall,
  },
  ...{ less, man: system.man, md5sum, mount, nano, nc: net.nc, nl, nproc: system.nproc },
  ...{
    nslookup: dns.nslookup,
    od,
    "old-busybox-nslookup": dns.oldBusyboxNslookup,
    paste,
    pgrep,
    pidof,
  },
  ...{
    ping: net.ping,
    pkill,
    ps,
    reset: system.reset,
    rev,
    scp,
    service,
    sha1sum,
    sha256sum,
    shuf,
  },
  ...{
    ssh,
    sshd,
    stat,
    stty: system.stty,
    su,
    sudo,
    sync,
    systemctl,
    tac,
    tar,
    tee,
    telnet: net.telnet,
  },
  ...{
    top,
    tput: system.tput,
    tr,
    tty: system.tty,
    umount,
    uptime: system.uptime,
    vi,
    watch,
    wget,
    xxd,
  },
};
