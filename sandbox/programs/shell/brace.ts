// Brace expansion, which happens to the text of a word before anything else: `a{b,c}{1..3}`.

/**
 * Where the thing that opens at `start` (a quote, `${`, `$(`) ends: the index of its last
 * character.
 */
function skip(text: string, start: number): number {
  const unit = text[start];
  if (unit === "\\") return start + 1;
  if (unit === "'") {
    const end = text.indexOf("'", start + 1);
    return end < 0 ? text.length : end;
  }
  if (unit === '"') {
    for (let i = start + 1; i < text.length; i++) {
      if (text[i] === "\\") i++;
      else if (text[i] === '"') return i;
    }
    return text.length;
  }
  if (unit === "$" && (text[start + 1] === "{" || text[start + 1] === "(")) {
    let depth = 0;
    for (let i = start + 1; i < text.length; i++) {
      if ("({".includes(text[i] as string)) depth++;
      else if (")}".includes(text[i] as string) && --depth === 0) return i;
    }
    return text.length;
  }
  return start;
}

interface Braces {
  readonly start: number;
  readonly end: number;
  /** Where the parts begin and end: before the first one, each comma, behind the last one. */
  readonly cuts: readonly number[];
}

function findBraces(text: string): Braces | undefined {
  for (let start = 0; start < text.length; start++) {
    const skipped = skip(text, start);
    if (skipped !== start) {
      start = skipped;
      continue;
    }
    if (text[start] !== "{") continue;
    const cuts = [start];
    let depth = 0;
    for (let i = start; i < text.length; i++) {
      const past = skip(text, i);
      if (past !== i) i = past;
      else if (text[i] === "{") depth++;
      else if (text[i] === "," && depth === 1) cuts.push(i);
      else if (text[i] === "}" && --depth === 0) {
        const end = i;
        if (cuts.length > 1 || sequence(text.slice(start + 1, end))) {
          return { start, end, cuts: [...cuts, end] };
        }
        break;
      }
    }
  }
  return undefined;
}

/** `1..10`, `a..e`, `10..1..3`, `01..12` */
function sequence(body: string): string[] | undefined {
  const match = /^(?:(-?\d+)\.\.(-?\d+)|([A-Za-z])\.\.([A-Za-z]))(?:\.\.(-?\d+))?$/.exec(body);
  if (!match) return undefined;
  const [, from, to, first, last, step] = match;
  const letters = first !== undefined;
  const start = letters ? first.charCodeAt(0) : Number(from);
  const end = letters ? (last ?? "").charCodeAt(0) : Number(to);
  const by = Math.abs(Number(step ?? 1)) || 1;
  const padded = [from, to].some((number) => /^-?0\d/.test(number ?? ""));
  const width = padded ? Math.max((from ?? "").length, (to ?? "").length) : 0;
  const items: string[] = [];
  for (let n = start; start <= end ? n <= end : n >= end; n += start <= end ? by : -by) {
    const digits = String(Math.abs(n)).padStart(n < 0 ? width - 1 : width, "0");
    items.push(letters ? String.fromCharCode(n) : (n < 0 ? "-" : "") + digits);
  }
  return items;
}

/** The words that a word's text stands for; itself if it has no braces to expand. */
export function expandBraces(text: string): string[] {
  if (!text.includes("{")) return [text];
  const found = findBraces(text);
  if (!found) return [text];
  const { start, end, cuts } = found;
  const head = text.slice(0, start);
  const tails = expandBraces(text.slice(end + 1));
  const parts =
    cuts.length > 2
      ? cuts.slice(1).flatMap((cut, i) => expandBraces(text.slice((cuts[i] ?? 0) + 1, cut)))
      : (sequence(text.slice(start + 1, end)) ?? []);
  return parts.flatMap((part) => tails.map((tail) => head + part + tail));
}
