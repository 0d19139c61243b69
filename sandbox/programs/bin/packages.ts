// apt-get, apt and apk: what can be installed is a table of programs; installing puts them in
// place.
// differs: packages come from the sandbox itself; versions and sizes are of one day.

import type { Program } from "../../machine/process.ts";
import { type Packages, type Programs, plantPrograms } from "./catalog.ts";
import { Failure, type Tool, tool } from "./tool.ts";

/** The programs that install others, for those who know what there is. */
export function installers(packages: Packages): Programs {
  const apt = aptGet(packages);
  return { "apt-get": apt, apt, apk: apk(packages) };
}

const LISTS = "/var/lib/apt/lists/deb.debian.org_debian_dists_bookworm_main_binary-amd64_Packages";
const STATUS = "/var/lib/dpkg/status";

const isInstalled = ({ files }: Tool, name: string): boolean =>
  files.kind(STATUS) === "file" && files.read(STATUS).includes(`Package: ${name}\n`);

const aptGet = (packages: Packages): Program =>
  tool(
    {
      options:
        "y,yes ,assume-yes q,quiet? ,no-install-recommends o: f ,fix-broken t: ,allow-downgrades ,reinstall V ,purge ,autoremove",
      usageStatus: 100,
      usage: "[options] command",
      version: "2.6.1 (amd64)",
    },
    async (it) => {
      const [command, ...names] = it.operands;
      const { identity } = it.process;
      if (it.name === "apt")
        await it.process.stderr.write(
          "\nWARNING: apt does not have a stable CLI interface. Use with caution in scripts.\n\n",
        );
      const changes = /^(update|install|remove|purge|upgrade|dist-upgrade|autoremove|clean)$/.test(
        command ?? "",
      );
      if (changes && identity.uid !== 0) {
        const lock =
          command === "update" ? "/var/lib/apt/lists/lock" : "/var/lib/dpkg/lock-frontend";
        await it.process.stderr.write(
          `E: Could not open lock file ${lock} - open (13: Permission denied)\nE: Unable to ${command === "update" ? "lock directory /var/lib/apt/lists/" : "acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), are you root?"}\n`,
        );
        return 100;
      }
      switch (command) {
        case "update":
          return update(it);
        case "install":
          return install(it, packages, names);
        case "remove":
        case "purge":
          return remove(it, packages, names);
        case "clean":
        case "autoclean":
          return 0;
        case "upgrade":
        case "dist-upgrade":
        case "autoremove":
          it.print(
            "Reading package lists... Done\nBuilding dependency tree... Done\nReading state information... Done\n0 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.\n",
          );
          return 0;
        case "list":
          for (const name of Object.keys(packages).sort())
            if (!it.operands.includes("--installed") || isInstalled(it, name))
              it.print(`${name}/stable ${packages[name]?.version} amd64\n`);
          return 0;
        case "search":
          for (const name of Object.keys(packages).filter((one) => one.includes(names[0] ?? "")))
            it.print(`${name}/stable ${packages[name]?.version} amd64\n`);
          return 0;
        case undefined:
          it.print("apt 2.6.1 (amd64)\nUsage: apt-get [options] command\n");
          return 1;
      }
      await it.process.stderr.write(`E: Invalid operation ${command}\n`);
      return 100;
    },
  );

async function update(it: Tool): Promise<number> {
  const lines = [
    "Get:1 http://deb.debian.org/debian bookworm InRelease [151 kB]",
    "Get:2 http://deb.debian.org/debian bookworm-updates InRelease [55.4 kB]",
    "Get:3 http://deb.debian.org/debian-security bookworm-security InRelease [48.0 kB]",
    "Get:4 http://deb.debian.org/debian bookworm/main amd64 Packages [8786 kB]",
    "Get:5 http://deb.debian.org/debian-security bookworm-security/main amd64 Packages [160 kB]",
  ];
  for (const line of lines) {
    await it.process.sleep(300);
    it.print(`${line}\n`);
    await it.flush();
  }
  await it.process.sleep(500);
  it.print("Fetched 9200 kB in 2s (4600 kB/s)\nReading package lists... Done\n");
  it.files.makeDirectory("/var/lib/apt/lists", { parents: true });
  it.files.write(LISTS, "");
  return 0;
}

/** The packages with all that they need, those first. */
function withDependencies(
  packages: Packages,
  names: readonly string[],
  found: string[] = [],
): string[] {
  for (const name of names) {
    if (found.includes(name)) continue;
    withDependencies(packages, packages[name]?.depends ?? [], found);
    if (!found.includes(name)) found.push(name);
  }
  return found;
}

async function install(it: Tool, packages: Packages, names: readonly string[]): Promise<number> {
  it.print(
    "Reading package lists... Done\nBuilding dependency tree... Done\nReading state information... Done\n",
  );
  await it.flush();
  const listed = it.files.kind(LISTS) === "file";
  for (const given of names) {
    const name = given.replace(/[=/].*/, "");
    if (isInstalled(it, name))
      it.print(`${name} is already the newest version (${packages[name]?.version}).\n`);
    else if (!listed || !packages[name]) {
      await it.flush();
      await it.process.stderr.write(`E: Unable to locate package ${name}\n`);
      return 100;
    }
  }
  const wanted = names.map((name) => name.replace(/[=/].*/, ""));
  const missing = withDependencies(packages, wanted).filter((name) => !isInstalled(it, name));
  const size = missing.reduce((sum, name) => sum + (packages[name]?.size ?? 0), 0);
  if (missing.length === 0) {
    it.print("0 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.\n");
    return 0;
  }
  const extra = missing.filter((name) => !wanted.includes(name));
  if (extra.length > 0)
    it.print(`The following additional packages will be installed:\n  ${extra.sort().join(" ")}\n`);
  it.print(`The following NEW packages will be installed:\n  ${[...missing].sort().join(" ")}\n`);
  it.print(
    `0 upgraded, ${missing.length} newly installed, 0 to remove and 0 not upgraded.\nNeed to get ${size} kB of archives.\nAfter this operation, ${size * 3} kB of additional disk space will be used.\n`,
  );
  if (!it.has("y") && !it.has("assume-yes") && extra.length > 0) {
    it.print("Do you want to continue? [Y/n] ");
    await it.flush();
    const answer = await it.process.stdin.readLine();
    if (answer === undefined || /^n/i.test(answer)) {
      it.print("Abort.\n");
      return 1;
    }
  }
  return unpack(it, packages, missing);
}

async function unpack(it: Tool, packages: Packages, names: readonly string[]): Promise<number> {
  const { process } = it;
  for (const [i, name] of names.entries()) {
    const { size = 0, version = "" } = packages[name] ?? {};
    await process.sleep(200);
    it.print(
      `Get:${i + 1} http://deb.debian.org/debian bookworm/main amd64 ${name} amd64 ${version} [${size} kB]\n`,
    );
    await it.flush();
  }
  const total = names.reduce((sum, name) => sum + (packages[name]?.size ?? 0), 0);
  it.print(`Fetched ${total} kB in 1s (${total} kB/s)\n`);
  for (const name of names) {
    const { version = "" } = packages[name] ?? {};
    it.print(
      `Selecting previously unselected package ${name}.\nPreparing to unpack .../${name}_${version}_amd64.deb ...\nUnpacking ${name} (${version}) ...\n`,
    );
    await it.flush();
    await process.sleep(200);
  }
  for (const name of names) {
    const one = packages[name];
    if (!one) continue;
    it.print(`Setting up ${name} (${one.version}) ...\n`);
    await it.flush();
    await process.sleep(100);
    plantPrograms(it.files, one.programs);
    it.files.makeDirectory("/var/lib/dpkg", { parents: true });
    it.files.write(
      STATUS,
      `Package: ${name}\nStatus: install ok installed\nVersion: ${one.version}\n\n`,
      { append: true },
    );
  }
  return 0;
}

async function remove(it: Tool, packages: Packages, names: readonly string[]): Promise<number> {
  it.print(
    "Reading package lists... Done\nBuilding dependency tree... Done\nReading state information... Done\n",
  );
  const present = names.filter((name) => isInstalled(it, name));
  for (const name of names)
    if (!present.includes(name)) it.print(`Package '${name}' is not installed, so not removed\n`);
  it.print(`0 upgraded, 0 newly installed, ${present.length} to remove and 0 not upgraded.\n`);
  for (const name of present) {
    it.print(`Removing ${name} (${packages[name]?.version}) ...\n`);
    for (const program of Object.keys(packages[name]?.programs ?? {})) {
      const path = program.startsWith("/") ? program : `/usr/bin/${program}`;
      if (it.files.kind(path)) it.files.remove(path);
    }
    it.files.write(
      STATUS,
      it.files.read(STATUS).replace(new RegExp(`Package: ${name}\\n[\\s\\S]*?\\n\\n`), ""),
    );
  }
  return 0;
}

const ALPINE = "/lib/apk/db/installed";

const apk = (packages: Packages): Program =>
  tool(
    {
      options: "U,update-cache ,no-cache q,quiet v t,virtual: ,repository: X:",
      usage: "[<OPTIONS>...] COMMAND [<ARGUMENTS>...]",
      version: "2.14.0, compiled for x86_64.",
    },
    async (it) => {
      const [command, ...names] = it.operands;
      const list = it.files.kind(ALPINE) === "file" ? it.files.read(ALPINE) : "";
      const fetchIndex = async () => {
        for (const part of ["main", "community"]) {
          it.print(
            `fetch https://dl-cdn.alpinelinux.org/alpine/v3.19/${part}/x86_64/APKINDEX.tar.gz\n`,
          );
          await it.flush();
          await it.process.sleep(300);
        }
      };
      if (command === "update") {
        await fetchIndex();
        it.print(
          "v3.19.0-22-g9a1b1b0 [https://dl-cdn.alpinelinux.org/alpine/v3.19/main]\nOK: 22983 distinct packages available\n",
        );
        return 0;
      }
      if (command === "info") {
        it.print(list);
        return 0;
      }
      if (command !== "add" && command !== "del")
        throw new Failure(`'${command ?? ""}' is not an apk command. See 'apk --help'.`);
      if (command === "add") await fetchIndex();
      const unknown = names.filter((name) => !packages[name]);
      if (unknown.length > 0) {
        await it.flush();
        await it.process.stderr.write(
          `ERROR: unable to select packages:\n${unknown.map((name) => `  ${name} (no such package):\n    required by: world[${name}]\n`).join("")}`,
        );
        return unknown.length;
      }
      const chosen =
        command === "add"
          ? withDependencies(packages, names).filter((name) => !list.includes(`${name}\n`))
          : names;
      for (const [i, name] of chosen.entries()) {
        await it.process.sleep(100);
        it.print(
          `(${i + 1}/${chosen.length}) ${command === "add" ? "Installing" : "Purging"} ${name} (${packages[name]?.version})\n`,
        );
        if (command === "add") plantPrograms(it.files, packages[name]?.programs ?? {});
      }
      it.files.makeDirectory("/lib/apk/db", { parents: true });
      const rest = list
        .split("\n")
        .filter((name) => name !== "" && !(command === "del" && names.includes(name)));
      const now = command === "add" ? [...rest, ...chosen] : rest;
      it.files.write(ALPINE, now.map((name) => `${name}\n`).join(""));
      it.print(`OK: ${8 + now.length} MiB in ${15 + now.length} packages\n`);
      return 0;
    },
  );
