// curl: transfers a URL. Messages and exit codes are those of curl 7.88.

import { encodeBase64, utf8 } from "../../api/base64.ts";
import type { Method, Response } from "../../api/http.ts";
import { statusLine } from "../../machine/http-codec.ts";
import { NetworkError } from "../../machine/network.ts";
import { type Asking, ask, parseUrl, pieces, resolveUrl, type Url } from "./http-client.ts";
import { Failure, type Tool, tool } from "./tool.ts";

const MOST_REDIRECTS = 50;

/** A transfer that failed, with curl's number for it. */
class CurlError extends Error {
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

export const curl = tool(
  {
    options:
      "s,silent S,show-error f,fail i,include I,head L,location o,output: O,remote-name X,request: d,data: ,data-raw: ,data-binary: ,data-urlencode: ,json: H,header: k,insecure w,write-out: m,max-time: ,connect-timeout: ,retry: ,retry-delay: ,retry-connrefused ,retry-all-errors u,user: A,user-agent: v,verbose G,get x,proxy: ,cacert: ,cert: E,cert: ,key: 4,ipv4 6,ipv6 N,no-buffer #,progress-bar ,compressed e,referer: b,cookie: c,cookie-jar: F,form: T,upload-file: ,resolve: ,noproxy: Z,parallel ,fail-with-body ,http1.1 ,http2 ,url: a g,globoff ,create-dirs ,unix-socket: ,tlsv1.2 p",
    usageStatus: 2,
    usage: "[options...] <url>",
    version: "7.88.1 (x86_64-pc-linux-gnu) libcurl/7.88.1 OpenSSL/3.0.11",
  },
  async (it) => {
    const urls = [...it.values("url"), ...it.operands];
    if (urls.length === 0) {
      await it.process.stderr.write(
        "curl: try 'curl --help' or 'curl --manual' for more information\n",
      );
      return 2;
    }
    for (const option of ["F", "T", "x", "unix-socket"]) {
      if (it.has(option)) throw new Failure(`option -${option}: not simulated`, 2);
    }
    let code = 0;
    for (const [i, url] of urls.entries()) code = await withRetries(it, url, i);
    return code;
  },
);

async function withRetries(it: Tool, text: string, index: number): Promise<number> {
  const retries = Number(it.value("retry") ?? 0);
  for (let attempt = 0; ; attempt++) {
    try {
      return await transfer(it, text, index);
    } catch (error) {
      const failed = asCurlError(error, text);
      const transient =
        failed.code === 28 ||
        (failed.code === 7 && it.has("retry-connrefused")) ||
        it.has("retry-all-errors") ||
        (failed.code === 22 && /50\d|429/.test(failed.message));
      if (attempt < retries && transient) {
        const seconds = Number(it.value("retry-delay") ?? 2 ** attempt);
        if (!it.has("s"))
          await it.process.stderr.write(
            `Warning: Problem: ${failed.code === 28 ? "timeout" : "connection refused"}. Will retry in ${seconds} seconds. ${retries - attempt} retries left.\n`,
          );
        await it.process.sleep(seconds * 1000);
        continue;
      }
      await it.flush();
      await progress(it, 0, text);
      if (!it.has("s") || it.has("S"))
        await it.process.stderr.write(`curl: (${failed.code}) ${failed.message}\n`);
      if (it.has("w"))
        await writeOut(it, { code: 0, size: 0, url: text, started: it.process.clock.now() });
      return failed.code;
    }
  }
}

function asCurlError(error: unknown, text: string): CurlError {
  if (error instanceof CurlError) return error;
  if (!(error instanceof NetworkError)) throw error;
  const url = parseUrl(text);
  const host = url && "host" in url ? url.host : text;
  const port = url && "port" in url ? url.port : 0;
  switch (error.code) {
    case "ENOTFOUND":
    case "EAGAIN":
      return new CurlError(6, `Could not resolve host: ${host}`);
    case "ETIMEDOUT":
      return new CurlError(
        28,
        `Failed to connect to ${host} port ${port} after ${elapsedHint} ms: Connection timed out`,
      );
    case "ECONNREFUSED":
      return new CurlError(
        7,
        `Failed to connect to ${host} port ${port} after 0 ms: Couldn't connect to server`,
      );
    case "EHOSTUNREACH":
      return new CurlError(
        7,
        `Failed to connect to ${host} port ${port} after ${elapsedHint} ms: Couldn't connect to server`,
      );
    case "EPROTO":
      return new CurlError(35, "error:0A00010B:SSL routines::wrong version number");
    case "ECONNRESET":
      return new CurlError(56, "Recv failure: Connection reset by peer");
    default:
      return new CurlError(56, `Recv failure: ${error.message}`);
  }
}

/** What the tool cannot know any more; replaced where it is known. */
const elapsedHint = "?";

async function transfer(it: Tool, text: string, index: number): Promise<number> {
  const started = it.process.clock.now();
  const limit = it.value("m");
  const controller = new AbortController();
  const connectSeconds = it.value("connect-timeout");
  let late = false;
  const timer =
    limit === undefined
      ? undefined
      : it.process.clock.after(Number(limit) * 1000, () => {
          late = true;
          controller.abort(
            new CurlError(
              28,
              `Operation timed out after ${Math.round(Number(limit) * 1000)} milliseconds with 0 bytes received`,
            ),
          );
        });
  const stop = () => controller.abort(it.process.killed.reason);
  it.process.killed.addEventListener("abort", stop, { once: true });
  try {
    const connectTimeoutMs =
      connectSeconds === undefined ? undefined : Number(connectSeconds) * 1000;
    const asking = {
      ...askingOf(it),
      signal: controller.signal,
      ...(connectTimeoutMs === undefined ? {} : { connectTimeoutMs }),
    };
    return await follow(it, { text, asking, started, index });
  } catch (error) {
    if (error instanceof CurlError || late) throw error;
    const failed = asCurlError(error, text);
    const ms = String(it.process.clock.now() - started);
    throw new CurlError(
      failed.code,
      failed.message.replace(`after ${elapsedHint} ms`, `after ${ms} ms`),
    );
  } finally {
    timer?.cancel();
    it.process.killed.removeEventListener("abort", stop);
  }
}

function askingOf(it: Tool): Asking {
  const data = [
    ...it.values("d"),
    ...it.values("data-raw"),
    ...it.values("data-binary"),
    ...it.values("json"),
  ].map((text) => fileOrText(it, text));
  const encoded = it.values("data-urlencode").map((text) => {
    const [name, value] = text.includes("=") ? text.split(/=(.*)/s) : ["", text];
    return `${name ? `${name}=` : ""}${encodeURIComponent(value ?? "")}`;
  });
  const body = [...data, ...encoded].join("&");
  const hasBody = data.length + encoded.length > 0 && !it.has("G");
  const headers: Record<string, string> = {
    "user-agent": it.value("A") ?? "curl/7.88.1",
    accept: "*/*",
  };
  if (it.has("json"))
    Object.assign(headers, { "content-type": "application/json", accept: "application/json" });
  else if (hasBody) headers["content-type"] = "application/x-www-form-urlencoded";
  for (const line of it.values("H")) {
    const [name = "", value] = line.split(/:\s*(.*)/s);
    if (value === undefined || value === "") delete headers[name.toLowerCase()];
    else headers[name.toLowerCase()] = value;
  }
  const user = it.value("u");
  if (user !== undefined) headers["authorization"] = `Basic ${encodeBase64(user)}`;
  const cookie = it.value("b");
  if (cookie?.includes("=")) headers["cookie"] = cookie;
  const method = (it.value("X") ?? (it.has("I") ? "HEAD" : hasBody ? "POST" : "GET")) as Method;
  if (hasBody) headers["content-length"] = String(utf8(body).length);
  return hasBody ? { method, headers, body } : { method, headers };
}

/** `@file` is what is in it. */
function fileOrText(it: Tool, text: string): string {
  if (!text.startsWith("@")) return text;
  const content = it.files.read(it.path(text.slice(1)));
  return it.has("data-binary") || it.has("json") ? content : content.replace(/[\r\n]/g, "");
}

interface Transfer {
  readonly text: string;
  readonly asking: Asking;
  readonly started: number;
  readonly index: number;
}

async function follow(it: Tool, { text, asking, started, index }: Transfer): Promise<number> {
  let address = text;
  let redirects = 0;
  for (;;) {
    const url = urlOf(it, address);
    if (it.has("v")) await verbose(it, url, asking);
    const response = await guarded(it, ask(it.process, url, asking), asking);
    if (response.status === 0) throw new CurlError(52, "Empty reply from server");
    if (it.has("v")) await it.process.stderr.write(head(response, "< "));
    const location = response.headers["location"];
    const redirected =
      it.has("L") && location !== undefined && response.status >= 300 && response.status < 400;
    if (!redirected) return finish(it, { response, url, text: address, started, index });
    if (it.has("i") || it.has("I")) it.print(head(response, ""));
    if (++redirects > MOST_REDIRECTS)
      throw new CurlError(47, `Maximum (${MOST_REDIRECTS}) redirects followed`);
    address = resolveUrl(url, location);
    if (asking.method === "POST" && response.status < 307) asking = { ...asking, method: "GET" };
  }
}

function urlOf(it: Tool, text: string): Url {
  const url = parseUrl(text);
  if (!url) throw new CurlError(3, "URL using bad/illegal format or missing URL");
  if ("unsupported" in url)
    throw new CurlError(1, `Protocol "${url.unsupported}" not supported or disabled in libcurl`);
  if (!it.has("G")) return url;
  const query = [...it.values("d"), ...it.values("data-urlencode")].join("&");
  return { ...url, target: `${url.target}${url.target.includes("?") ? "&" : "?"}${query}` };
}

/** The process's own death ends the wait too. */
function guarded<T>(it: Tool, promise: Promise<T>, { signal }: Asking): Promise<T> {
  if (!signal) return it.process.wait(promise);
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  return it.process.wait(Promise.race([promise, aborted]));
}

async function verbose(
  it: Tool,
  { host, port, target }: Url,
  { method, headers }: Asking,
): Promise<void> {
  const [address = host] = await it.process.network.lookup(host);
  const lines = [
    `*   Trying ${address}:${port}...`,
    `* Connected to ${host} (${address}) port ${port} (#0)`,
  ];
  const sent = Object.entries({
    host: port === 80 || port === 443 ? host : `${host}:${port}`,
    ...headers,
  });
  const request = [
    `${method} ${target} HTTP/1.1`,
    ...sent.map(([name, value]) => `${titled(name)}: ${value}`),
    "",
  ];
  await it.process.stderr.write(
    [...lines, ...request.map((line) => `> ${line}`)].map((line) => `${line}\n`).join(""),
  );
}

const titled = (name: string) => name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());

function head({ status, headers, body }: Response, prefix: string): string {
  const all: Record<string, string> = { ...headers };
  if (typeof body === "string" && all["content-length"] === undefined)
    all["content-length"] = String(utf8(body).length);
  const lines = [
    `HTTP/1.1 ${statusLine(status)}`,
    ...Object.entries(all).map(([name, value]) => `${titled(name)}: ${value}`),
    "",
  ];
  return lines.map((line) => `${prefix}${line}\r\n`).join("");
}

interface Finished {
  readonly response: Response;
  readonly url: Url;
  readonly text: string;
  readonly started: number;
  readonly index: number;
}

async function finish(
  it: Tool,
  { response, url, text, started, index }: Finished,
): Promise<number> {
  const failed = it.has("f") && response.status >= 400;
  const path = outputPath(it, url, index);
  let size = 0;
  if (!failed || it.has("fail-with-body")) {
    const writer = path === undefined ? it.process.stdout : openOutput(it, path);
    const start = it.has("i") || it.has("I") ? head(response, "") : "";
    await it.flush();
    if (start) await writer.write(start);
    if (!it.has("I")) {
      for await (const piece of pieces(response.body)) {
        size += utf8(piece).length;
        await writer.write(piece);
      }
    }
  }
  if (path !== undefined || (!it.process.stdout.isTerminal && !it.has("s")))
    await progress(it, size, text);
  if (it.has("w"))
    await writeOut(it, { code: response.status, size, url: text, started, response });
  if (failed) throw new CurlError(22, `The requested URL returned error: ${response.status}`);
  return 0;
}

function outputPath(it: Tool, url: Url, index: number): string | undefined {
  const named = it.values("o")[index] ?? it.value("o");
  if (named !== undefined && named !== "-") return named;
  if (!it.has("O")) return undefined;
  const name = url.target.replace(/\?.*/, "").replace(/^.*\//, "");
  if (name === "") throw new CurlError(23, "Remote file name has no length!");
  return name;
}

function openOutput(it: Tool, path: string) {
  try {
    return it.process.create(path);
  } catch (error) {
    if (error instanceof Error && error.name === "FileError")
      throw new CurlError(23, "Failure writing output to destination");
    throw error;
  }
}

/** The meter, as it stands when all has arrived. Not shown when the body goes to a terminal. */
async function progress(it: Tool, size: number, _url: string): Promise<void> {
  if (it.has("s") || it.has("#")) return;
  const toTerminal = it.process.stdout.isTerminal && !it.has("o") && !it.has("O");
  if (toTerminal) return;
  const titles =
    "  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n                                 Dload  Upload   Total   Spent    Left  Speed\n";
  const number = String(size).padStart(5);
  const percent = size > 0 ? "100" : "  0";
  await it.process.stderr.write(
    `${titles}\r${percent} ${number}  ${percent} ${number}    0     0      0      0 --:--:-- --:--:-- --:--:--     0\n`,
  );
}

interface Report {
  readonly code: number;
  readonly size: number;
  readonly url: string;
  readonly started: number;
  readonly response?: Response;
}

async function writeOut(it: Tool, { code, size, url, started, response }: Report): Promise<void> {
  const seconds = ((it.process.clock.now() - started) / 1000).toFixed(6);
  const type = response?.headers["content-type"] ?? "";
  const values: Readonly<Record<string, string>> = {
    http_code: String(code).padStart(3, "0"),
    response_code: String(code).padStart(3, "0"),
    size_download: String(size),
    time_total: seconds,
    time_connect: "0.000000",
    time_namelookup: "0.000000",
    time_starttransfer: seconds,
    url_effective: url,
    url,
    content_type: type,
    redirect_url: response?.headers["location"] ?? "",
    http_version: "1.1",
    num_redirects: "0",
  };
  const format = (it.value("w") ?? "").replace(
    /%\{(\w+)\}/g,
    (_, name: string) => values[name] ?? "",
  );
  it.print(
    format
      .replaceAll("\\n", "\n")
      .replaceAll("\\t", "\t")
      .replaceAll("\\r", "\r")
      .replaceAll("%%", "%"),
  );
  await it.flush();
}
