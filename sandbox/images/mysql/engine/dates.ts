// Dates and times as text in MySQL's form, in UTC. sql-common/my_time.c.

const pad = (value: number, width = 2): string => String(value).padStart(width, "0");

/** `2016-07-28 02:18:02` of a moment of virtual time. */
export const momentText = (ms: number): string =>
  new Date(ms).toISOString().slice(0, 19).replace("T", " ");

/** Milliseconds of a date or of a date and time; undefined if it is none. */
export function momentOf(text: string): number | undefined {
  const compact = /^\s*(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d))?\s*$/.exec(text);
  const loose =
    /^\s*(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]+(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.\d*)?)?)?\s*$/;
  const found = compact ?? loose.exec(text);
  if (!found) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found
    .slice(1)
    .map((part) => Number(part ?? 0));
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const at = Date.UTC(year, month - 1, day, hour, minute, second);
  const back = new Date(at);
  return back.getUTCMonth() === month - 1 && back.getUTCDate() === day ? at : undefined;
}

export function dateTimeText(text: string): string | undefined {
  const at = momentOf(text);
  return at === undefined ? undefined : momentText(at);
}

export const dateText = (text: string): string | undefined => dateTimeText(text)?.slice(0, 10);

export function timeText(text: string): string | undefined {
  const at = momentOf(text);
  if (at !== undefined && /[: ]/.test(text.trim().slice(10))) return momentText(at).slice(11);
  const [, sign = "", hour = "0", minute = "0", second = "0"] =
    /^\s*(-?)(\d{1,3}):(\d{1,2})(?::(\d{1,2}))?\s*$/.exec(text) ?? [];
  if (!/\d:\d/.test(text) || Number(minute) > 59 || Number(second) > 59) return undefined;
  return `${sign}${pad(Number(hour))}:${pad(Number(minute))}:${pad(Number(second))}`;
}

const dayMs = 86_400_000;

/** A moment so many units later. Undefined for a unit that is not known. */
export function later(at: number, count: number, unit: string): number | undefined {
  const fixed: Readonly<Record<string, number>> = {
    ...{ SECOND: 1000, MINUTE: 60_000, HOUR: 3_600_000, DAY: dayMs, WEEK: 7 * dayMs },
  };
  const ms = fixed[unit];
  if (ms !== undefined) return at + count * ms;
  const months = unit === "MONTH" ? count : unit === "QUARTER" ? 3 * count : 12 * count;
  if (!/^(?:MONTH|QUARTER|YEAR)$/.test(unit)) return undefined;
  const date = new Date(at);
  const total = date.getUTCFullYear() * 12 + date.getUTCMonth() + months;
  const [year, month] = [Math.floor(total / 12), ((total % 12) + 12) % 12];
  const last = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  const day = Math.min(date.getUTCDate(), last);
  return Date.UTC(year, month, day) + (at % dayMs);
}

const days = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");
const months =
  "January February March April May June July August September October November December".split(
    " ",
  );

/** DATE_FORMAT. */
export function formatted(at: number, format: string): string {
  const date = new Date(at);
  const [hour, day, month] = [date.getUTCHours(), date.getUTCDate(), date.getUTCMonth()];
  const parts: Readonly<Record<string, string>> = {
    Y: String(date.getUTCFullYear()),
    y: pad(date.getUTCFullYear() % 100),
    m: pad(month + 1),
    c: String(month + 1),
    M: months[month] ?? "",
    b: (months[month] ?? "").slice(0, 3),
    d: pad(day),
    e: String(day),
    W: days[date.getUTCDay()] ?? "",
    a: (days[date.getUTCDay()] ?? "").slice(0, 3),
    H: pad(hour),
    k: String(hour),
    h: pad(hour % 12 || 12),
    i: pad(date.getUTCMinutes()),
    s: pad(date.getUTCSeconds()),
    S: pad(date.getUTCSeconds()),
    f: "000000",
    p: hour < 12 ? "AM" : "PM",
    T: momentText(at).slice(11),
    "%": "%",
  };
  return format.replace(/%(.)/g, (_, letter: string) => parts[letter] ?? letter);
}
