// ping, nc, telnet, ip, ifconfig: is it there, and does it answer?

import { type Connection, NetworkError } from "../../machine/network.ts";
import { isAddress } from "../../machine/resolver.ts";
import { duration, Failure, type Tool, tool, WrongUsage } from "./tool.ts";

class Ended extends Error {}

/** What separates the two pings that people meet. */
/** What became of the packets; `ms` is how long the last one took. */
interface Tally {
  readonly sent: number;
  readonly received: number;
  readonly ms: number;
}

interface Flavour {
  readonly first: (host: string, address: string) => string;
  readonly reply: (address: string, seq: number, ms: number) => string;
  readonly summary: (host: string, tally: Tally) => string;
  readonly unknown: (host: string) => string;
}

const iputils: Flavour = {
  first: (host, address) => `PING ${host} (${address}) 56(84) bytes of data.\n`,
  reply: (address, seq, ms) =>
    `64 bytes from ${address}: icmp_seq=${seq} ttl=64 time=${ms.toFixed(3)} ms\n`,
  summary(host, { sent, received, ms }) {
    const loss = Math.round(((sent - received) / Math.max(1, sent)) * 100);
    const rtt =
      received > 0
        ? `rtt min/avg/max/mdev = ${ms.toFixed(3)}/${ms.toFixed(3)}/${ms.toFixed(3)}/0.000 ms\n`
        : "\n";
    return `\n--- ${host} ping statistics ---\n${sent} packets transmitted, ${received} received, ${loss}% packet loss, time ${Math.max(0, sent - 1) * 1000}ms\n${rtt}`;
  },
  unknown: (host) => `${host}: Name or service not known`,
};

const busybox: Flavour = {
  first: (host, address) => `PING ${host} (${address}): 56 data bytes\n`,
  reply: (address, seq, ms) =>
    `64 bytes from ${address}: seq=${seq - 1} ttl=64 time=${ms.toFixed(3)} ms\n`,
  summary(host, { sent, received, ms }) {
    const loss = Math.round(((sent - received) / Math.max(1, sent)) * 100);
    const rtt =
      received > 0
        ? `round-trip min/avg/max = ${ms.toFixed(3)}/${ms.toFixed(3)}/${ms.toFixed(3)} ms\n`
        : "";
    return `\n--- ${host} ping statistics ---\n${sent} packets transmitted, ${received} packets received, ${loss}% packet loss\n${rtt}`;
  },
  unknown: (host) => `bad address '${host}'`,
};

const pinger = (flavour: Flavour) =>
  tool(
    {
      options: "c: i: w: W: q n s: t: 4 6 I: v",
      usageStatus: 2,
      usage: "[options] <destination>",
    },
    async (it) => {
      const [host] = it.operands;
      if (host === undefined)
        throw new Failure("usage error: Destination address required", flavour === iputils ? 1 : 1);
      const { process } = it;
      let address: string;
      try {
        address = (await process.network.lookup(host))[0] ?? host;
      } catch (error) {
        if (!(error instanceof NetworkError)) throw error;
        throw new Failure(
          error.code === "EAGAIN" && flavour === iputils
            ? `${host}: Temporary failure in name resolution`
            : flavour.unknown(host),
          flavour === iputils ? 2 : 1,
        );
      }
      const count = Number(it.value("c") ?? Infinity);
      const interval = (duration(it.value("i") ?? "1") ?? 1) * 1000;
      const deadline = it.has("w") ? process.clock.now() + Number(it.value("w")) * 1000 : Infinity;
      const patience = (duration(it.value("W") ?? "10") ?? 10) * 1000;
      let [sent, received, last] = [0, 0, 0];
      process.trap("SIGINT", () => process.interrupt(new Ended()));
      it.print(flavour.first(host, address));
      await it.flush();
      try {
        while (sent < count && process.clock.now() < deadline) {
          sent++;
          const started = process.clock.now();
          try {
            const { ms } = await process.wait(
              process.network.ping(address, { timeoutMs: Math.min(patience, deadline - started) }),
            );
            received++;
            // A wire without latency still takes a moment; a tenth of a millisecond is shown.
            last = Math.max(ms, 0.1);
            if (!it.has("q")) it.print(flavour.reply(address, sent, last));
          } catch (error) {
            if (!(error instanceof NetworkError)) throw error;
            if (error.code === "EHOSTUNREACH" && flavour === iputils)
              it.print(
                `From ${process.network.addresses[0]} icmp_seq=${sent} Destination Host Unreachable\n`,
              );
          }
          await it.flush();
          const rest = interval - (process.clock.now() - started);
          if (sent < count && rest > 0) await process.sleep(rest);
        }
      } catch (error) {
        if (!(error instanceof Ended)) throw error;
      }
      it.print(flavour.summary(host, { sent, received, ms: last }));
      return received > 0 ? 0 : 1;
    },
  );

export const ping = pinger(iputils);
export const busyboxPing = pinger(busybox);

/** Carries text between the process and a connection until either side is done. */
async function relay(it: Tool, connection: Connection): Promise<void> {
  const { process } = it;
  const down = (async () => {
    for (
      let text = await connection.input.read();
      text !== undefined;
      text = await connection.input.read()
    ) {
      await process.stdout.write(text);
    }
  })();
  const up = (async () => {
    for (
      let text = await process.stdin.read();
      text !== undefined;
      text = await process.stdin.read()
    ) {
      await connection.write(text);
    }
    connection.end();
  })();
  await process.wait(Promise.race([down, up.then(() => down)]));
  connection.close();
}

export const nc = tool(
  {
    options: "l,listen z v,verbose p: w: n u k e: q: N 4 6",
    usage: "[options] [destination] [port]",
  },
  async (it) => {
    const { process } = it;
    if (it.has("u")) throw new Failure("-u: not simulated");
    if (it.has("l")) {
      const port = Number(it.value("p") ?? it.operands.at(-1));
      if (!port) throw new Failure("missing port with option -l");
      return listen(it, port);
    }
    const [host, portText] = it.operands;
    if (host === undefined || portText === undefined) throw new Failure("missing port number");
    const [from = 0, to = from] = portText.split("-").map(Number);
    let status = 1;
    for (let port = from; port <= to; port++) {
      try {
        const seconds = it.value("w");
        const options = seconds === undefined ? {} : { timeoutMs: Number(seconds) * 1000 };
        const connection = await process.wait(process.network.dial(host, port, options));
        const { address } = connection.remote;
        const name = isAddress(host) ? host : `${host} (${address})`;
        if (it.has("v"))
          await process.stderr.write(`Connection to ${name} ${port} port [tcp/*] succeeded!\n`);
        status = 0;
        if (it.has("z")) connection.close();
        else await relay(it, connection);
      } catch (error) {
        if (!(error instanceof NetworkError)) throw error;
        if (error.code === "ENOTFOUND" || error.code === "EAGAIN")
          throw new Failure(`getaddrinfo for host "${host}" port ${port}: ${error.message}`);
        if (it.has("v") || !it.has("z")) {
          const why =
            error.code === "ETIMEDOUT" && it.has("w")
              ? "timed out: Operation now in progress"
              : `failed: ${error.message}`;
          if (it.has("v"))
            await process.stderr.write(`nc: connect to ${host} port ${port} (tcp) ${why}\n`);
        }
      }
    }
    return status;
  },
);

async function listen(it: Tool, port: number): Promise<number> {
  const { process } = it;
  const waiting: Connection[] = [];
  let wake = () => {};
  const accept = (connection: Connection) => {
    waiting.push(connection);
    wake();
  };
  try {
    const listener = process.network.listen(port, accept);
    if (it.has("v")) await process.stderr.write(`Listening on 0.0.0.0 ${port}\n`);
    do {
      const arrived = new Promise<void>((resolve) => {
        wake = resolve;
      });
      if (waiting.length === 0) await process.wait(arrived);
      const connection = waiting.shift();
      if (!connection) continue;
      if (it.has("v"))
        await process.stderr.write(
          `Connection received on ${connection.remote.address} ${connection.remote.port}\n`,
        );
      if (!it.has("k")) listener.close();
      await relay(it, connection);
    } while (it.has("k"));
    return 0;
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    throw new Failure(error.message);
  }
}

export const telnet = tool(
  {
    plain: true,
    usage: "[-l user] [host [port]]",
  },
  async (it) => {
    const [host, port = "23"] = it.operands.filter((arg) => !arg.startsWith("-"));
    if (host === undefined) throw new WrongUsage("missing host");
    const { process } = it;
    try {
      const [address = host] = await process.network.lookup(host);
      it.print(`Trying ${address}...\n`);
      await it.flush();
      const connection = await process.wait(process.network.dial(host, Number(port)));
      it.print(`Connected to ${host}.\nEscape character is '^]'.\n`);
      await it.flush();
      await relay(it, connection);
      it.print("Connection closed by foreign host.\n");
      return 1;
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error;
      await it.flush();
      const unknown = error.code === "ENOTFOUND" || error.code === "EAGAIN";
      await process.stderr.write(
        unknown
          ? `telnet: could not resolve ${host}/${port}: ${error.message}\n`
          : `telnet: Unable to connect to remote host: ${error.message}\n`,
      );
      return 1;
    }
  },
);

export const ip = tool(
  {
    plain: true,
    usage: "[ OPTIONS ] OBJECT { COMMAND | help }",
  },
  async (it) => {
    const words = it.operands.filter((arg) => !arg.startsWith("-"));
    const brief = it.operands.some((arg) => /^-(br|brief)$/.test(arg));
    const [object = "", action = "show"] = words;
    const { addresses } = it.process.network;
    if (!/^(show|list|ls|s|l)$/.test(action))
      throw new Failure(`"${object} ${action}" is not simulated`);
    if (/^a(d(dr(ess?)?)?)?$/.test(object) || /^l(i(nk?)?)?$/.test(object)) {
      const withAddresses = object.startsWith("a");
      if (brief) {
        it.print(
          `lo               UNKNOWN        ${withAddresses ? "127.0.0.1/8 " : ""}\neth0             UP             ${withAddresses ? `${addresses.map((one) => `${one}/24`).join(" ")} ` : ""}\n`,
        );
        return 0;
      }
      it.print(
        "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000\n    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n",
      );
      if (withAddresses)
        it.print(
          "    inet 127.0.0.1/8 scope host lo\n       valid_lft forever preferred_lft forever\n",
        );
      it.print(
        "2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default\n    link/ether 02:42:ac:11:00:02 brd ff:ff:ff:ff:ff:ff\n",
      );
      for (const address of withAddresses ? addresses : []) {
        it.print(
          `    inet ${address}/24 brd ${address.replace(/\d+$/, "255")} scope global eth0\n       valid_lft forever preferred_lft forever\n`,
        );
      }
      return 0;
    }
    if (/^r(o(u(te?)?)?)?$/.test(object)) {
      const [address = "0.0.0.0"] = addresses;
      it.print(
        `default via ${address.replace(/\d+$/, "1")} dev eth0\n${address.replace(/\d+$/, "0")}/24 dev eth0 proto kernel scope link src ${address}\n`,
      );
      return 0;
    }
    throw new Failure(`Object "${object}" is unknown or not simulated, try "ip addr".`);
  },
);

export const ifconfig = tool({ plain: true, usage: "[interface]" }, async (it) => {
  const [address = "0.0.0.0"] = it.process.network.addresses;
  it.print(
    `eth0: flags=4163<UP,BROADCAST,RUNNING,MULTICAST>  mtu 1500\n        inet ${address}  netmask 255.255.255.0  broadcast ${address.replace(/\d+$/, "255")}\n\n`,
  );
  it.print(
    "lo: flags=73<UP,LOOPBACK,RUNNING>  mtu 65536\n        inet 127.0.0.1  netmask 255.0.0.0\n",
  );
});
