// `!!`, `!$`, `!42`, `!kub` and `^old^new`: history expansion.

export type Expanded =
  | { readonly line: string; readonly changed: boolean }
  /** There is no such line. */
  | { readonly missing: string };

/** The line with its references to the history replaced. Single quotes protect. */
export function expandHistory(line: string, history: readonly string[]): Expanded {
  const quick = /^\^([^^]+)\^([^^]*)\^?$/.exec(line);
  const last = history.at(-1);
  if (quick) {
    if (last === undefined || !last.includes(quick[1] as string)) return { missing: `:s${line}` };
    return { line: last.replace(quick[1] as string, quick[2] as string), changed: true };
  }
  let missing: string | undefined;
  let changed = false;
  const pattern = /'[^']*'|\\!|!(?:!|\$|\^|\*|-?\d+|\?[^?]+\??|[A-Za-z][\w./-]*)/g;
  const out = line.replace(pattern, (found) => {
    if (!found.startsWith("!")) return found;
    const event = lookUp(found.slice(1), history);
    if (event === undefined) missing ??= found;
    else changed = true;
    return event ?? found;
  });
  return missing === undefined ? { line: out, changed } : { missing };
}

function lookUp(event: string, history: readonly string[]): string | undefined {
  const last = history.at(-1);
  const words = last?.split(/\s+/) ?? [];
  if (event === "!") return last;
  if (event === "$") return last === undefined ? undefined : words.at(-1);
  if (event === "^") return words[1];
  if (event === "*") return last === undefined ? undefined : words.slice(1).join(" ");
  if (/^-?\d+$/.test(event)) {
    const n = Number(event);
    return history[n > 0 ? n - 1 : history.length + n];
  }
  if (event.startsWith("?"))
    return history.findLast((line) => line.includes(event.replace(/^\?|\?$/g, "")));
  return history.findLast((line) => line.startsWith(event));
}
