// A state as text that fits into a URL: the scene's name and the inputs, deflated, in base64url.
// Whoever opens it gets the same cluster, because playing the inputs again gives the same bytes.

import type { Deed, Input } from "../../sandbox/worker/protocol.ts";

export interface SharedState {
  readonly scene: string;
  readonly inputs: readonly Input[];
  /** The moment at which it opens. */
  readonly until: number;
}

/** What cannot be read, and why. */
export class BrokenLink extends Error {
  override readonly name = "BrokenLink";
}

const VERSION = "1";

/** One line each: how long after the one before, and what was done. */
export function writeState({ scene, inputs, until }: SharedState): string {
  let last = 0;
  const lines = inputs.map((input) => {
    const line = `${(input.at - last).toString(36)} ${writeDeed(input)}`;
    last = input.at;
    return line;
  });
  return [VERSION, scene, until.toString(36), ...lines].join("\n");
}

function writeDeed(deed: Deed): string {
  const text = (value: string) => JSON.stringify(value).slice(1, -1);
  switch (deed.type) {
    case "open":
      return `o${deed.columns} ${deed.rows}`;
    case "keys":
      return `k${deed.terminal} ${text(deed.keys)}`;
    case "resize":
      return `r${deed.terminal} ${deed.columns} ${deed.rows}`;
    case "hangup":
      return `h${deed.terminal}`;
    case "save":
      return `s${text(deed.path).replaceAll(" ", "\\u0020")} ${text(deed.text)}`;
    case "edited":
      return `e${deed.number}${deed.text === undefined ? "" : ` ${text(deed.text)}`}`;
  }
}

/** Throws BrokenLink. */
export function readState(text: string): SharedState {
  const [version, scene = "", until = "", ...lines] = text.split("\n");
  if (version !== VERSION) throw new BrokenLink("the link is of another version of Kennel");
  let at = 0;
  const inputs = lines.map((line): Input => {
    const [, delay = "", deed = ""] = /^([\da-z]+) (.+)$/s.exec(line) ?? [];
    at += Number.parseInt(delay, 36);
    return { at, ...readDeed(deed) };
  });
  const end = Number.parseInt(until, 36);
  if (!scene || !Number.isFinite(end) || !Number.isFinite(at))
    throw new BrokenLink("it is cut off");
  return { scene, inputs, until: end };
}

function readDeed(line: string): Deed {
  const text = (value: string): string => JSON.parse(`"${value}"`);
  const rest = line.slice(1);
  const [first = "", second = "", third = ""] = rest.split(" ");
  const after = rest.slice(first.length + 1);
  const [a, b, c] = [Number(first), Number(second), Number(third)];
  switch (line[0]) {
    case "o":
      return { type: "open", columns: a, rows: b };
    case "k":
      return { type: "keys", terminal: a, keys: text(after) };
    case "r":
      return { type: "resize", terminal: a, columns: b, rows: c };
    case "h":
      return { type: "hangup", terminal: a };
    case "s":
      return { type: "save", path: text(first), text: text(after) };
    case "e":
      return { type: "edited", number: a, ...(rest !== first && { text: text(after) }) };
    default:
      throw new BrokenLink("it has something in it that Kennel does not know");
  }
}

/** Deflated, and in letters that URLs leave alone. */
export async function pack(text: string): Promise<string> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** Throws BrokenLink. */
export async function unpack(packed: string): Promise<string> {
  try {
    const binary = atob(packed.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    return await new Response(stream).text();
  } catch (error) {
    throw new BrokenLink("it is damaged", { cause: error });
  }
}

/**
 * The same inputs with the keys of each line gathered into one: those that follow each other in one
 * terminal, as far as Enter. Whether it comes to the same has to be tried: a line may have been
 * typed while something ran.
 */
export function gathered(inputs: readonly Input[]): readonly Input[] {
  const result: Input[] = [];
  for (const input of inputs) {
    const last = result.at(-1);
    const continues =
      input.type === "keys" &&
      last?.type === "keys" &&
      last.terminal === input.terminal &&
      // biome-ignore lint/suspicious/noControlCharactersInRegex: keys that act at once.
      !/[\r\x03\x04\x1a\t]$/.test(last.keys);
    if (continues) result[result.length - 1] = { ...input, keys: last.keys + input.keys };
    else result.push(input);
  }
  return result;
}
