// The table of contents of small programs, by the package that brings them. Machines and images
// choose packages; `plantPrograms` puts them into their files. What is seldom used is fetched on
// first use.

import type { FileSystem } from "../../machine/files.ts";
import type { Program } from "../../machine/process.ts";
import { present } from "../../sim/assert.ts";

/** Programs by name (for /usr/bin), or by absolute path. */
export type Programs = Readonly<Record<string, Program>>;

export interface Package {
  readonly version: string;
  /** In kilobytes, of the archive. */
  readonly size: number;
  readonly depends?: readonly string[];
  readonly programs: Programs;
}

export type Packages = Readonly<Record<string, Package>>;

/** Fetches the programs themselves; each is called once for each catalog, when it is needed. */
export interface Loaders {
  /** `userland` of userland.ts: shells, ls, cat, grep … */
  readonly userland: () => Promise<Programs>;
  /** `toolbox` of toolbox.ts: all the rest. */
  readonly toolbox: () => Promise<Programs>;
  /** `installers` of packages.ts, which needs to know what there is. */
  readonly installers: () => Promise<(packages: Packages) => Programs>;
  /** `mysqlPrograms` of images/mysql/programs.ts: the server and its clients, by path. */
  readonly mysql: () => Promise<(version: string) => Programs>;
  /** What `kubectl explain` says of the types of an era, by type and field. */
  readonly explanations: (era: string) => Promise<Explanations>;
}

export type Explanations = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Puts programs where their names say, or into /usr/bin. */
export function plantPrograms(files: FileSystem, programs: Programs): void {
  for (const [name, program] of Object.entries(programs)) {
    const path = name.startsWith("/") ? name : `/usr/bin/${name}`;
    files.makeDirectory(path.replace(/\/[^/]*$/, "") || "/", { parents: true });
    files.install(path, program);
  }
}

/** All there is to put on machines. Each machine or image takes the sets that the real one has. */
export interface Catalog {
  /** What a Debian image has: coreutils, bash, dash as `sh`, grep, sed, find, tar … */
  readonly debian: Programs;
  readonly apt: Programs;
  /** ps, top, free, watch, pgrep … which Debian images lack. */
  readonly procps: Programs;
  /** BusyBox from 1.30 on, with ash as `sh`. */
  readonly busybox: Programs;
  /** BusyBox up to 1.28, whose nslookup is another one. */
  readonly oldBusybox: Programs;
  /** For Alpine, besides BusyBox. */
  readonly apk: Programs;
  /**
   * What `apt-get install` can bring: curl, dnsutils, vim … Images may have some of them from the
   * start.
   */
  readonly packages: Packages;
  /** For machines with an init. */
  readonly systemd: Programs;
  /** A full installation, with bash as `sh`: a workstation. */
  readonly workstation: Programs;
  /** Any single program by its name in the toolbox. */
  tool(name: string): Program;
  /** A program of a release of MySQL, by its path in the image. */
  mysql(version: string, path: string): Program;
  readonly explanations: Loaders["explanations"];
}

/** A program that is fetched when it is run for the first time. Time stands still meanwhile. */
function late(load: () => Promise<Program>): Program {
  let loaded: Program | undefined;
  return async (process) => {
    loaded ??= await process.clock.hold(load());
    return loaded(process);
  };
}

export function createCatalog(loaders: Loaders): Catalog {
  const known = new Map<string, Program>();
  let box: Promise<Programs> | undefined;
  let user: Promise<Programs> | undefined;
  const tool = (name: string): Program => {
    let found = known.get(name);
    if (!found) {
      const load = async () => {
        if (isUserland.has(name)) user ??= loaders.userland();
        else box ??= loaders.toolbox();
        const programs = await (isUserland.has(name) ? user : box);
        return present(programs?.[name], `the program ${name}`);
      };
      found = late(load);
      known.set(name, found);
    }
    return found;
  };
  const tools = (names: string): Programs =>
    Object.fromEntries(names.split(" ").map((name) => [name, tool(name)]));

  const wrapper = tool("wrapper");
  const common: Programs = {
    ...tools(commonNames),
    ...{ "[": tool("test"), chgrp: tool("chown"), nice: wrapper },
  };
  const [bash, dash, ash] = [tool("bash"), tool("dash"), tool("ash")];
  const procps = tools("free kill pgrep pidof pkill ps top uptime watch");
  const debian: Programs = {
    ...{ ...common, bash, dash, sh: dash, mawk: tool("awk"), setsid: wrapper, stdbuf: wrapper },
    ...{ ...tools("column service tput"), "/bin/sh": dash, "/bin/bash": bash },
  };
  const busybox: Programs = {
    ...{ ...common, ...procps, ...tools("ifconfig ip less nc telnet time vi xxd"), ash, sh: ash },
    ...{
      "/bin/sh": ash,
      more: tool("less"),
      ping: tool("busybox-ping"),
      wget: tool("busybox-wget"),
    },
  };
  const packages = packagesOf(tools, tool, procps);
  const installers = async (list: Packages) => (await loaders.installers())(list);
  const installer = (name: string, list: Packages) =>
    late(async () => present((await installers(list))[name], name));
  const apt: Programs = {
    "apt-get": installer("apt-get", packages),
    apt: installer("apt", packages),
  };
  const systemd = tools("systemctl journalctl");
  const mysql = (version: string, path: string) =>
    late(async () => present((await loaders.mysql())(version)[path], path));
  const installed = Object.values(packages).map(({ programs }) => programs);
  return {
    ...{ debian, apt, procps, packages, systemd, tool, mysql },
    explanations: loaders.explanations,
    busybox: { ...busybox, nslookup: tool("busybox-nslookup") },
    oldBusybox: { ...busybox, nslookup: tool("old-busybox-nslookup") },
    apk: { "/sbin/apk": installer("apk", alpine(packages)) },
    workstation: Object.assign({}, debian, ...installed, apt, systemd, tools("man"), {
      ...{ sh: bash, "/bin/sh": bash },
    }),
  };
}

const userlandNames =
  "arch basename cat cp date dirname echo egrep env false fgrep grep head hostname id ln ls mkdir " +
  "mktemp mv nohup printenv printf pwd readlink realpath rm rmdir sed seq sleep sort tail test " +
  "timeout touch true truncate uname uniq unlink wc which whoami xargs yes";
const isUserland = new Set([
  ...userlandNames.split(" "),
  ..."ash bash dash kill time wrapper".split(" "),
]);
const commonNames =
  `${userlandNames} awk base64 chmod chown clear cmp comm cut df diff du expand find fold getent ` +
  "groups md5sum mount nl nproc od paste reset rev sha1sum sha256sum shuf stat stty su sync tac tar " +
  "tee tr tty umount";

function packagesOf(
  tools: (names: string) => Programs,
  tool: (name: string) => Program,
  procps: Programs,
): Packages {
  const vim = { vi: tool("vi"), vim: tool("vi"), view: tool("vi") };
  return {
    curl: { version: "7.88.1-10+deb12u5", size: 315, programs: tools("curl") },
    wget: { version: "1.21.3-1+b2", size: 937, programs: tools("wget") },
    "bind9-host": { version: "1:9.18.19-1~deb12u1", size: 305, programs: tools("host") },
    "bind9-dnsutils": {
      ...{ version: "1:9.18.19-1~deb12u1", size: 403, depends: ["bind9-host"] },
      programs: tools("nslookup dig"),
    },
    dnsutils: {
      ...{ version: "1:9.18.19-1~deb12u1", size: 11, depends: ["bind9-dnsutils"] },
      programs: {},
    },
    "iputils-ping": { version: "3:20221126-1", size: 47, programs: tools("ping") },
    "netcat-openbsd": {
      ...{ version: "1.219-1", size: 41 },
      programs: { nc: tool("nc"), netcat: tool("nc") },
    },
    telnet: { version: "0.17+2.4-2", size: 4, programs: tools("telnet") },
    iproute2: { version: "6.1.0-3", size: 1046, programs: tools("ip") },
    "net-tools": { version: "2.10-0.1", size: 242, programs: tools("ifconfig") },
    procps: { version: "2:4.0.2-3", size: 709, programs: procps },
    psmisc: { version: "23.6-1", size: 259, programs: tools("killall") },
    file: { version: "1:5.44-3", size: 43, programs: tools("file") },
    xxd: { version: "2:9.0.1378-2", size: 84, programs: tools("xxd") },
    less: {
      ...{ version: "590-2", size: 132 },
      programs: { less: tool("less"), more: tool("less") },
    },
    nano: { version: "7.2-1", size: 690, programs: tools("nano") },
    vim: { version: "2:9.0.1378-2", size: 1568, programs: vim },
    "vim-tiny": { version: "2:9.0.1378-2", size: 720, programs: { vi: tool("vi") } },
    jq: { version: "1.6-2.1", size: 65, programs: tools("jq") },
    "openssh-client": { version: "1:9.2p1-2+deb12u1", size: 992, programs: tools("ssh scp") },
    "openssh-server": {
      ...{ version: "1:9.2p1-2+deb12u1", size: 456 },
      programs: { "/usr/sbin/sshd": tool("sshd") },
    },
    sudo: { version: "1.9.13p3-1+deb12u1", size: 1889, programs: tools("sudo") },
  };
}

/** The same things under Alpine's names. */
function alpine(packages: Packages): Packages {
  const bind = present(packages["bind9-dnsutils"], "dig");
  return { ...packages, "bind-tools": { ...bind, version: "9.18.19-r0", depends: [] } };
}
