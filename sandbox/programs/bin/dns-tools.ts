// nslookup in its three flavours, dig, host, getent: questions to name servers.

import {
  type DnsAnswer,
  type DnsRecord,
  NetworkError,
  type RecordType,
} from "../../machine/network.ts";
import {
  askAll,
  candidates,
  hostsLookup,
  isAddress,
  resolverConfig,
} from "../../machine/resolver.ts";
import { formatTime } from "./time-format.ts";
import { Failure, type Tool, tool } from "./tool.ts";

/** The name that a reverse query asks for. */
export function reverseName(address: string): string {
  return `${address.split(".").reverse().join(".")}.in-addr.arpa`;
}

const types = /^(A|AAAA|CNAME|PTR|SRV|NS|SOA|TXT|MX|ANY)$/i;

interface Asked {
  readonly name: string;
  readonly answer: DnsAnswer;
}

/** Asks for a name with the search list, until one has an answer. Undefined: nobody answered. */
async function search(
  it: Tool,
  name: string,
  options: { type: RecordType; server: string | undefined },
): Promise<Asked | undefined> {
  const config = resolverConfig(it.files);
  const servers = options.server === undefined ? config.servers : [options.server];
  const names = name.endsWith(".") ? [name.slice(0, -1)] : candidates(name, { ...config });
  let last: Asked | undefined;
  for (const one of names) {
    const question = { name: one, type: options.type };
    const answer = await askAll(question, { ...config, servers }, (server, asked, timeoutMs) =>
      it.process.network.query(server, asked, { timeoutMs }),
    );
    if (!answer) return undefined;
    last = { name: one, answer };
    if (answer.code === "NOERROR" && answer.answers.length > 0) return last;
  }
  // dig and nslookup report the name as it was given.
  return last && { ...last, name };
}

function taken(args: readonly string[]): { type: string | undefined; words: string[] } {
  let type: string | undefined;
  const words: string[] = [];
  for (const arg of args) {
    const option = /^-(?:type|query|querytype|q|ty)=(\w+)$/i.exec(arg);
    if (option) type = option[1]?.toUpperCase();
    else if (!/^-./.test(arg)) words.push(arg);
  }
  return { type, words };
}

/** The name server's address, and how it is shown. */
async function serverOf(it: Tool, given: string | undefined): Promise<string> {
  if (given === undefined) return resolverConfig(it.files).servers[0] ?? "127.0.0.1";
  if (isAddress(given)) return given;
  try {
    return (await it.process.network.lookup(given))[0] ?? given;
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    await it.process.stderr.write(`nslookup: couldn't get address for '${given}': not found\n`);
    throw new Failure("", 1);
  }
}

/** bind-utils: what `apt-get install dnsutils` brings. */
export const nslookup = tool(
  {
    plain: true,
    usage: "[-option] [name | -] [server]",
  },
  async (it) => {
    const { type: given = "A", words } = taken(it.operands);
    const [name, serverName] = words;
    if (name === undefined) throw new Failure("interactive mode is not simulated");
    if (!types.test(given)) {
      it.print(`unknown query type: ${given}\n`);
      return 1;
    }
    const server = await serverOf(it, serverName);
    const reverse = isAddress(name);
    const type: RecordType = reverse ? "PTR" : (given as RecordType);
    const asked = await search(it, reverse ? `${reverseName(name)}.` : name, { type, server });
    if (!asked) {
      it.print(";; connection timed out; no servers could be reached\n\n");
      return 1;
    }
    it.print(reverse ? "" : `Server:\t\t${server}\nAddress:\t${server}#53\n\n`);
    const { answer } = asked;
    if (answer.code !== "NOERROR") {
      it.print(`** server can't find ${reverse ? reverseName(name) : name}: ${answer.code}\n\n`);
      return 1;
    }
    if (answer.answers.length === 0) {
      it.print(`*** Can't find ${name}: No answer\n\n`);
      return 1;
    }
    if (!answer.authoritative && !reverse) it.print("Non-authoritative answer:\n");
    for (const record of answer.answers) it.print(bindLine(record));
    it.print("\n");
    if (reverse)
      it.print(answer.authoritative ? "" : "Authoritative answers can be found from:\n\n");
    return 0;
  },
);

function bindLine({ name, type, data }: DnsRecord): string {
  switch (type) {
    case "A":
    case "AAAA":
      return `Name:\t${name}\nAddress: ${data}\n`;
    case "CNAME":
      return `${name}\tcanonical name = ${data}\n`;
    case "PTR":
      return `${name}\tname = ${data}\n`;
    case "SRV":
      return `${name}\tservice = ${data}\n`;
    case "MX":
      return `${name}\tmail exchanger = ${data}\n`;
    case "NS":
      return `${name}\tnameserver = ${data}\n`;
    case "TXT":
      return `${name}\ttext = ${data}\n`;
    default:
      return `${name}\t${data}\n`;
  }
}

/** BusyBox up to 1.28: asks as any program does, and names what it finds. */
export const oldBusyboxNslookup = tool(
  {
    plain: true,
    usage: "[HOST] [SERVER]",
  },
  async (it) => {
    const { words } = taken(it.operands);
    const [name, serverName] = words;
    if (name === undefined) throw new Failure("usage: nslookup HOST [SERVER]");
    const server = await serverOf(it, serverName);
    const reverseOf = async (address: string) => {
      const asked = await search(it, `${reverseName(address)}.`, { type: "PTR", server });
      const found = asked?.answer.answers[0]?.data.replace(/\.$/, "");
      return found === undefined ? "" : ` ${found}`;
    };
    it.print(`Server:    ${server}\nAddress 1: ${server}${await reverseOf(server)}\n\n`);
    let addresses: readonly string[] = isAddress(name) ? [name] : hostsLookup(it.files, name);
    if (addresses.length === 0) {
      const asked = await search(it, name, { type: "A", server });
      addresses =
        asked?.answer.answers.filter(({ type }) => type === "A").map(({ data }) => data) ?? [];
    }
    if (addresses.length === 0) {
      await it.flush();
      await it.process.stderr.write(`nslookup: can't resolve '${name}'\n`);
      return 1;
    }
    it.print(`Name:      ${name}\n`);
    for (const [i, address] of addresses.entries())
      it.print(`Address ${i + 1}: ${address}${await reverseOf(address)}\n`);
    return 0;
  },
);

/**
 * BusyBox from 1.30 on: a name without dots is asked with each search domain, any other as it
 * stands.
 */
export const busyboxNslookup = tool(
  {
    plain: true,
    usage: "[-type=QUERY_TYPE] [-debug] HOST [DNS_SERVER]",
  },
  async (it) => {
    const { type, words } = taken(it.operands);
    const [name, serverName] = words;
    if (name === undefined)
      throw new Failure("usage: nslookup [-type=QUERY_TYPE] [-debug] HOST [DNS_SERVER]");
    if (type !== undefined && !types.test(type)) throw new Failure(`invalid query type "${type}"`);
    const config = resolverConfig(it.files);
    const servers = serverName === undefined ? config.servers : [await serverOf(it, serverName)];
    const reverse = isAddress(name) && type === undefined;
    const searches = config.search.length > 0 && !name.includes(".") && type !== "PTR";
    const names = reverse
      ? [reverseName(name)]
      : searches
        ? config.search.map((domain) => `${name}.${domain}`)
        : [name];
    const wanted: RecordType[] = reverse
      ? ["PTR"]
      : type === undefined
        ? ["A", "AAAA"]
        : [type as RecordType];
    const questions = wanted.flatMap((kind) => names.map((one) => ({ name: one, type: kind })));
    for (const server of servers) {
      const answers = await Promise.all(
        questions.map((question) =>
          askAll(
            question,
            { ...config, servers: [server], attempts: 2 },
            (address, asked, timeoutMs) =>
              it.process.network.query(address, asked, { timeoutMs: timeoutMs / 2 }),
          ),
        ),
      );
      if (answers.every((answer) => answer === undefined)) continue;
      it.print(`Server:\t\t${server}\nAddress:\t${server}:53\n\n`);
      for (const [i, answer] of answers.entries())
        if (answer) it.print(busyboxReply(it, questions[i]?.name ?? "", answer));
      return it.status;
    }
    it.print(";; connection timed out; no servers could be reached\n\n");
    return 1;
  },
);

/** One reply. One that is right but empty shows as an empty line. */
function busyboxReply(it: Tool, name: string, { code, authoritative, answers }: DnsAnswer): string {
  if (code !== "NOERROR") {
    it.status = 1;
    return `** server can't find ${name}: ${code}\n\n`;
  }
  return `${authoritative ? "" : "Non-authoritative answer:\n"}${answers.map(bindLine).join("")}\n`;
}

export const dig = tool(
  {
    plain: true,
    usage: "[@global-server] [domain] [q-type] [+options]",
  },
  async (it) => {
    let server: string | undefined;
    let type: RecordType = "A";
    let name: string | undefined;
    const flags = new Set<string>();
    const args = [...it.operands];
    for (let arg = args.shift(); arg !== undefined; arg = args.shift()) {
      if (arg.startsWith("@")) server = arg.slice(1);
      else if (arg.startsWith("+")) flags.add(arg.slice(1));
      else if (arg === "-x") {
        name = reverseName(args.shift() ?? "");
        type = "PTR";
      } else if (arg === "-t") type = (args.shift() ?? "A").toUpperCase() as RecordType;
      else if (types.test(arg)) type = arg.toUpperCase() as RecordType;
      else if (!arg.startsWith("-") && arg !== "IN") name = arg;
    }
    const address = await serverOf(it, server);
    const config = resolverConfig(it.files);
    const names =
      flags.has("search") && name !== undefined
        ? candidates(name, config)
        : [(name ?? ".").replace(/\.$/, "")];
    let asked: Asked | undefined;
    for (const one of names) {
      const answer = await askAll(
        { name: one, type },
        { ...config, servers: [address], attempts: 3 },
        (to, question, timeoutMs) => it.process.network.query(to, question, { timeoutMs }),
      );
      if (!answer) break;
      asked = { name: one, answer };
      if (answer.answers.length > 0) break;
    }
    if (!asked) {
      it.print(
        flags.has("short")
          ? ";; communications error: timed out\n"
          : `\n; <<>> DiG 9.18.19-1~deb12u1-Debian <<>> ${it.operands.join(" ")}\n;; global options: +cmd\n;; no servers could be reached\n`,
      );
      return 9;
    }
    if (flags.has("short")) for (const { data } of asked.answer.answers) it.print(`${data}\n`);
    else it.print(digReport(it, { asked, type, server: address, flags }));
    return 0;
  },
);

const zoneLine = ({ name, ttl, type, data }: DnsRecord): string => {
  const owner = `${name}.`;
  const gap = owner.length < 24 ? "\t".repeat(Math.max(1, 3 - Math.floor(owner.length / 8))) : " ";
  return `${owner}${gap}${ttl}\tIN\t${type}\t${data}\n`;
};

interface Report {
  readonly asked: Asked;
  readonly type: RecordType;
  readonly server: string;
  readonly flags: ReadonlySet<string>;
}

function digReport(it: Tool, { asked: { name, answer }, type, server, flags }: Report): string {
  const { answers, authority = [], additional = [], code, authoritative } = answer;
  const section = (title: string, records: readonly DnsRecord[]) =>
    records.length > 0 ? `;; ${title} SECTION:\n${records.map(zoneLine).join("")}\n` : "";
  if (flags.has("noall") && flags.has("answer")) return answers.map(zoneLine).join("");
  const id = it.process.random.below(65_536);
  return [
    `\n; <<>> DiG 9.18.19-1~deb12u1-Debian <<>> ${it.operands.join(" ")}\n`,
    `;; global options: +cmd\n;; Got answer:\n`,
    `;; ->>HEADER<<- opcode: QUERY, status: ${code}, id: ${id}\n`,
    `;; flags: qr${authoritative ? " aa" : ""} rd ra; QUERY: 1, ANSWER: ${answers.length}, AUTHORITY: ${authority.length}, ADDITIONAL: ${additional.length + 1}\n\n`,
    `;; OPT PSEUDOSECTION:\n; EDNS: version: 0, flags:; udp: 1232\n`,
    `;; QUESTION SECTION:\n;${name}.\t\t\tIN\t${type}\n\n`
      .replace(/;(\S{24,})\t\t\t/, ";$1 ")
      .replace(/;(\S{16,23})\t\t\t/, ";$1\t"),
    section("ANSWER", answers),
    section("AUTHORITY", authority),
    section("ADDITIONAL", additional),
    `;; Query time: 0 msec\n;; SERVER: ${server}#53(${server}) (UDP)\n`,
    `;; WHEN: ${formatTime("%a %b %d %H:%M:%S UTC %Y", it.process.clock.now())}\n;; MSG SIZE  rcvd: ${64 + 32 * answers.length}\n\n`,
  ].join("");
}

export const host = tool(
  {
    options: "t: a v 4 6",
    usage: "[-aCdilrTvVw] [-t type] hostname [server]",
  },
  async (it) => {
    const [name, serverName] = it.operands;
    if (name === undefined) throw new Failure("usage: host [-t type] hostname [server]");
    const server = await serverOf(it, serverName);
    const reverse = isAddress(name);
    const type = (reverse ? "PTR" : (it.value("t") ?? "A").toUpperCase()) as RecordType;
    const asked = await search(it, reverse ? `${reverseName(name)}.` : name, { type, server });
    if (!asked) {
      it.print(";; connection timed out; no servers could be reached\n");
      return 1;
    }
    const words = {
      A: "has address",
      AAAA: "has IPv6 address",
      CNAME: "is an alias for",
      PTR: "domain name pointer",
      SRV: "has SRV record",
      MX: "mail is handled by",
      NS: "name server",
      TXT: "descriptive text",
      SOA: "has SOA record",
      ANY: "",
    };
    if (asked.answer.answers.length === 0) {
      it.print(`Host ${reverse ? `${reverseName(name)}.` : name} not found: 3(NXDOMAIN)\n`);
      return 1;
    }
    for (const record of asked.answer.answers)
      it.print(`${record.name} ${words[record.type]} ${record.data}\n`);
    return 0;
  },
);

export const getent = tool({ plain: true, usage: "DATABASE [KEY ...]" }, async (it) => {
  const [database, ...keys] = it.operands;
  if (database === "hosts" || database === "ahosts" || database === "ahostsv4") {
    for (const key of keys) {
      try {
        const addresses = await it.process.network.lookup(key);
        for (const address of database === "hosts" ? addresses.slice(0, 1) : addresses) {
          it.print(
            database === "hosts"
              ? `${address.padEnd(15)} ${key}\n`
              : ["STREAM", "DGRAM", "RAW"]
                  .map(
                    (kind, i) => `${address.padEnd(15)} ${kind.padEnd(6)} ${i === 0 ? key : ""}\n`,
                  )
                  .join(""),
          );
        }
      } catch (error) {
        if (!(error instanceof NetworkError)) throw error;
        return 2;
      }
    }
    if (keys.length === 0) it.print(it.files.read("/etc/hosts"));
    return 0;
  }
  if (database === "passwd" || database === "group") {
    const lines = it.files.read(`/etc/${database}`).split("\n").filter(Boolean);
    const found =
      keys.length === 0
        ? lines
        : lines.filter(
            (line) =>
              keys.includes(line.split(":")[0] ?? "") || keys.includes(line.split(":")[2] ?? ""),
          );
    for (const line of found) it.print(`${line}\n`);
    return found.length > 0 ? 0 : 2;
  }
  throw new Failure(`Unknown database: ${database ?? ""}`);
});
