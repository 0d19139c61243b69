// What may differ in several lines at once: blocks that are dropped, or count as one word.

/** Takes the time and the process id from in front of a warning of kubectl itself. */
export const withoutLogPrefix = (line: string): string =>
  line.replace(/^([IWEF])\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ (?=[\w.]+:\d+\] )/, "$1 ");

/**
 * The struct diff that the server of v1.20 prints below "is immutable after creation" or
 * "Forbidden:", with the empty line at its end, becomes one word. Go's cmp writes some spaces as
 * no-break spaces, by chance.
 */
export function foldStructDiffs(lines: readonly string[]): string[] {
  const folded: string[] = [];
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? "";
    const above = lines[at - 1] ?? "";
    const starts =
      /is immutable after creation|Forbidden: /.test(above) &&
      /^[-+ \u00a0][ \u00a0]\S.*[({]$/.test(line);
    const end = starts
      ? lines.findIndex((l, i) => i > at && /^[-+ \u00a0][ \u00a0][)}]$/.test(l))
      : -1;
    if (end < 0) {
      folded.push(line);
      continue;
    }
    folded.push("<struct diff>");
    at = lines[end + 1] === "" ? end + 1 : end;
  }
  return folded;
}

/**
 * Drops the blocks of `managedFields`: in YAML, in JSON, on one line, and in the lines of a diff.
 */
export function withoutManagedFields(lines: readonly string[]): string[] {
  const kept: string[] = [];
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? "";
    const depth = /^[-+ ] +(?="?managedFields"?:(?: \[)?$)/.exec(line)?.[0].length;
    if (depth === undefined) kept.push(withoutInlineManagedFields(line));
    else if (line.endsWith("[")) while (at < lines.length && !closesList(lines[at], depth)) at++;
    else while (isBelow(lines[at + 1], depth)) at++;
    if (line.startsWith("@@ ")) while (isManaged(lines, at + 1)) at++;
  }
  return kept;
}

/** Where the text of a line begins; its first character may be the sign of a diff. */
const indentOf = (line = ""): number => (/^[-+ ]? */.exec(line) ?? [""])[0].length;

const closesList = (line = "", depth: number): boolean =>
  indentOf(line) === depth && /^\],?$/.test(line.slice(depth));

/** True for a line of the block below a YAML key that stands `depth` characters in. */
const isBelow = (line = "", depth: number): boolean =>
  indentOf(line) > depth ||
  (line.startsWith("- ", depth) && indentOf(line.slice(0, depth)) === depth);

/**
 * True in a part of a diff that begins inside the block: what is left of it has the form of its
 * lines.
 */
function isManaged(lines: readonly string[], at: number): boolean {
  const form =
    /^[-+ ] {2,}(?:- )?(?:f:|k:\{|v:|\.: \{\}|(?:manager|operation|fieldsType|time): |fieldsV1:$)/;
  const line = lines[at] ?? "";
  const begins = / {2}- apiVersion: \S+$/.test(line) || /^[-+ ] {4}apiVersion: \S+$/.test(line);
  return form.test(line) || (begins && form.test(lines[at + 1] ?? ""));
}

/** In JSON on one line, and in what Go prints of a map. */
function withoutInlineManagedFields(line: string): string {
  const start = /"?managedFields"?:(?:\[\]interface \{\})?(?=[[{])/.exec(line);
  if (!start) return line;
  const from = start.index + start[0].length;
  let depth = 0;
  let end = from;
  do {
    const character = line[end++];
    if (character === "[" || character === "{") depth++;
    if (character === "]" || character === "}") depth--;
  } while (depth > 0 && end < line.length);
  return line.slice(0, start.index) + line.slice(end).replace(/^(?:, ?| )/, "");
}

/**
 * Of a unified diff only its lines with `+` and `-`, without the numbers of its temporary folders.
 */
export function diffLines(lines: readonly string[]): string[] {
  let inDiff = false;
  const kept: string[] = [];
  for (const line of lines) {
    if (line.startsWith("diff -u ")) inDiff = true;
    else if (inDiff && !/^(?:[-+ @]|\\ No newline)/.test(line)) inDiff = false;
    if (!inDiff) kept.push(line);
    else if (/^(?:---|\+\+\+) /.test(line)) {
      kept.push(
        line.replace(/\/(LIVE|MERGED)-\d+\//, "/$1-<number>/").replace(/\t.*$/, "\t<time>"),
      );
    } else if (/^[-+]/.test(line)) kept.push(line);
  }
  return kept;
}

/** `kubectl rollout status` says again what has not changed. */
export const withoutRepeats = (lines: readonly string[]): string[] =>
  lines.filter((line, at) => line !== lines[at - 1]);
