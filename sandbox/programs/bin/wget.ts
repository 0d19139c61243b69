// wget, GNU's and BusyBox's: fetches a URL into a file.

import { utf8 } from "../../api/base64.ts";
import type { Method, Response } from "../../api/http.ts";
import { statusLine } from "../../machine/http-codec.ts";
import { NetworkError } from "../../machine/network.ts";
import { ask, parseUrl, pieces, resolveUrl, type Url } from "./http-client.ts";
import { formatTime } from "./time-format.ts";
import { Failure, type Tool, tool } from "./tool.ts";

async function fetchUrl(
  it: Tool,
  start: Url,
  seconds: number | undefined,
): Promise<{ response: Response; url: Url }> {
  let url = start;
  for (let redirects = 0; ; redirects++) {
    const headers: Record<string, string> = {
      "user-agent": it.value("U") ?? "Wget",
      connection: "close",
    };
    for (const line of it.values("header")) {
      const [name = "", value = ""] = line.split(/:\s*(.*)/s);
      headers[name.toLowerCase()] = value;
    }
    const body = it.value("post-data");
    const method: Method = body === undefined ? (it.has("spider") ? "HEAD" : "GET") : "POST";
    const asking = {
      method,
      headers,
      ...(body === undefined ? {} : { body }),
      ...(seconds === undefined ? {} : { connectTimeoutMs: seconds * 1000 }),
    };
    const response = await it.process.wait(ask(it.process, url, asking));
    const location = response.headers["location"];
    if (location === undefined || response.status < 300 || response.status >= 400 || redirects > 20)
      return { response, url };
    const next = parseUrl(resolveUrl(url, location));
    if (!next || "unsupported" in next) return { response, url };
    url = next;
  }
}

const fileName = (url: Url) => url.target.replace(/\?.*/, "").replace(/^.*\//, "") || "index.html";

async function bodyOf(it: Tool, response: Response): Promise<string> {
  let text = "";
  if (it.has("spider")) return text;
  for await (const piece of pieces(response.body)) text += piece;
  return text;
}

export const wget = tool(
  {
    options:
      "q,quiet O,output-document: S,server-response T,timeout: t,tries: P,directory-prefix: U,user-agent: ,spider ,header: ,post-data: ,no-check-certificate n c,continue ,no-verbose ,show-progress N",
    usage: "[OPTION]... [URL]...",
    version: "1.21.3 built on linux-gnu.",
  },
  async (it) => {
    const [text] = it.operands;
    if (text === undefined) {
      await it.process.stderr.write(
        "wget: missing URL\nUsage: wget [OPTION]... [URL]...\n\nTry `wget --help' for more options.\n",
      );
      return 1;
    }
    const url = parseUrl(text);
    if (!url || "unsupported" in url)
      throw new Failure(
        `${text}: Unsupported scheme ‘${url && "unsupported" in url ? url.unsupported : text}’.`,
      );
    const say = (line: string) => (it.has("q") ? Promise.resolve() : it.process.stderr.write(line));
    const now = () => formatTime("%Y-%m-%d %H:%M:%S", it.process.clock.now());
    const shown = `${url.scheme}://${url.host}${url.port === (url.scheme === "https" ? 443 : 80) ? "" : `:${url.port}`}${url.target}`;
    await say(`--${now()}--  ${shown}\n`);
    let result: { response: Response; url: Url };
    try {
      const named = url.host !== (await it.process.network.lookup(url.host))[0];
      if (named)
        await say(
          `Resolving ${url.host} (${url.host})... ${(await it.process.network.lookup(url.host)).join(", ")}\n`,
        );
      const [address = url.host] = await it.process.network.lookup(url.host);
      await say(
        `Connecting to ${url.host}${named ? ` (${url.host})|${address}|` : ""}:${url.port}... `,
      );
      const timeout = it.value("T");
      result = await fetchUrl(it, url, timeout === undefined ? undefined : Number(timeout));
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error;
      if (error.code === "ENOTFOUND" || error.code === "EAGAIN") {
        await say(
          `Resolving ${url.host} (${url.host})... failed: ${error.message}.\nwget: unable to resolve host address ‘${url.host}’\n`,
        );
      } else await say(`failed: ${error.message}.\n`);
      return 4;
    }
    await say(
      `connected.\nHTTP request sent, awaiting response... ${statusLine(result.response.status)}\n`,
    );
    if (result.response.status >= 400) {
      await say(
        `${now()} ERROR ${result.response.status}: ${statusLine(result.response.status).slice(4)}.\n\n`,
      );
      return 8;
    }
    return save(it, result, say);
  },
);

async function save(
  it: Tool,
  { response, url }: { response: Response; url: Url },
  say: (line: string) => Promise<void>,
): Promise<number> {
  const body = await bodyOf(it, response);
  const size = utf8(body).length;
  const type = response.headers["content-type"] ?? "text/html";
  const output = it.value("O");
  const name = output ?? `${it.has("P") ? `${it.value("P")}/` : ""}${fileName(url)}`;
  if (it.has("spider")) {
    await say("Remote file exists.\n\n");
    return 0;
  }
  await say(
    `Length: ${size} [${type.replace(/;.*/, "")}]\nSaving to: ‘${output === "-" ? "STDOUT" : name}’\n\n`,
  );
  if (output === "-") it.print(body);
  else if (!(await it.attempt(name, () => it.files.write(it.path(name), body)))) return 3;
  await it.flush();
  const time = formatTime("%Y-%m-%d %H:%M:%S", it.process.clock.now());
  await say(
    `\n${time} (0 B/s) - ${output === "-" ? "written to stdout" : `‘${name}’ saved`} [${size}/${size}]\n\n`,
  );
  return 0;
}

export const busyboxWget = tool(
  {
    options:
      "q,quiet O: S T: t: P: U,user-agent: ,spider ,header: ,post-data: ,no-check-certificate c",
    usage: "[-cqS] [--spider] [-O FILE] [URL]...",
    version: "BusyBox v1.35.0",
  },
  async (it) => {
    const [text] = it.operands;
    if (text === undefined) throw new Failure("missing URL");
    const url = parseUrl(text);
    if (!url || "unsupported" in url) throw new Failure(`not an http or ftp url: ${text}`);
    const timeout = it.value("T");
    const say = (line: string) => (it.has("q") ? Promise.resolve() : it.process.stderr.write(line));
    try {
      const [address = url.host] = await it.process.network.lookup(url.host);
      await say(
        `Connecting to ${url.host}${url.port === 80 || url.port === 443 ? "" : `:${url.port}`} (${address}:${url.port})\n`,
      );
      const { response, url: final } = await fetchUrl(
        it,
        url,
        timeout === undefined ? undefined : Number(timeout),
      );
      if (response.status >= 400)
        throw new Failure(`server returned error: HTTP/1.1 ${statusLine(response.status)}`);
      const body = await bodyOf(it, response);
      const output = it.value("O");
      const name = output ?? fileName(final);
      if (it.has("spider")) {
        await say("remote file exists\n");
        return 0;
      }
      await say(output === "-" ? "writing to stdout\n" : `saving to '${name}'\n`);
      if (output === "-") it.print(body);
      else if (output === undefined && it.files.kind(it.path(name)) === "file")
        throw new Failure(`can't open '${name}': File exists`);
      else it.files.write(it.path(name), body);
      await it.flush();
      await say(
        `${(output === "-" ? "-" : name).padEnd(20)} 100% |${"*".repeat(32)}| ${String(utf8(body).length).padStart(5)}  0:00:00 ETA\n`,
      );
      await say(output === "-" ? "written to stdout\n" : `'${name}' saved\n`);
      return 0;
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error;
      if (error.code === "ENOTFOUND" || error.code === "EAGAIN")
        throw new Failure(`bad address '${url.host}${url.port === 80 ? "" : `:${url.port}`}'`);
      if (error.code === "ETIMEDOUT" && timeout !== undefined)
        throw new Failure("download timed out");
      const [address = url.host] = await it.process.network.lookup(url.host);
      throw new Failure(`can't connect to remote host (${address}): ${error.message}`);
    }
  },
);
