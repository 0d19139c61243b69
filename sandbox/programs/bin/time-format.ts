// strftime over virtual time, in UTC: the sandbox lies on Greenwich.

const days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const months = [
  ...["January", "February", "March", "April", "May", "June", "July"],
  ...["August", "September", "October", "November", "December"],
];

export interface Calendar {
  readonly year: number;
  /** 0 to 11. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly ms: number;
  /** 0 is Sunday. */
  readonly weekday: number;
  /** 0 is January 1st. */
  readonly yearday: number;
}

const DAY = 86_400_000;

export function calendar(ms: number): Calendar {
  const date = new Date(ms);
  const year = date.getUTCFullYear();
  return {
    year,
    month: date.getUTCMonth(),
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    ms: date.getUTCMilliseconds(),
    weekday: date.getUTCDay(),
    yearday: Math.floor((ms - Date.UTC(year, 0, 1)) / DAY),
  };
}

/** The time as strftime's format says. */
export function formatTime(format: string, ms: number): string {
  const at = calendar(ms);
  return format.replace(
    /%([-_0^#]?)(\d*)(:*[a-zA-Z%+])/g,
    (whole, ...[flag, width, letter = ""]: string[]) => {
      const text = parts[letter]?.(at, ms);
      if (text === undefined) return whole;
      if (flag === "-") return text.replace(/^[0 ]+(?=.)/, "");
      if (flag === "_") return text.replace(/^0+(?=.)/, (zeros) => " ".repeat(zeros.length));
      if (flag === "^") return text.toUpperCase();
      return letter === "N" && width
        ? text.slice(0, Number(width))
        : text.padStart(Number(width || 0), "0");
    },
  );
}

const two = (number: number) => String(number).padStart(2, "0");
const blank = (number: number) => String(number).padStart(2);
const twelve = ({ hour }: Calendar) => hour % 12 || 12;

type Part = (at: Calendar, ms: number) => string;

/** Of several parts, in C's own order. */
const composed =
  (format: string): Part =>
  (_, ms) =>
    formatTime(format, ms);

const dayOf: Part = ({ weekday }) => days[weekday] ?? "";
const monthOf: Part = ({ month }) => months[month] ?? "";

/** By letter. */
const parts: Readonly<Record<string, Part>> = {
  Y: ({ year }) => String(year),
  C: ({ year }) => two(Math.floor(year / 100)),
  y: ({ year }) => two(year % 100),
  m: ({ month }) => two(month + 1),
  d: ({ day }) => two(day),
  e: ({ day }) => blank(day),
  H: ({ hour }) => two(hour),
  k: ({ hour }) => blank(hour),
  I: (at) => two(twelve(at)),
  l: (at) => blank(twelve(at)),
  M: ({ minute }) => two(minute),
  S: ({ second }) => two(second),
  N: ({ ms }) => `${String(ms).padStart(3, "0")}000000`,
  p: ({ hour }) => (hour < 12 ? "AM" : "PM"),
  P: ({ hour }) => (hour < 12 ? "am" : "pm"),
  A: dayOf,
  a: (at, ms) => dayOf(at, ms).slice(0, 3),
  B: monthOf,
  b: (at, ms) => monthOf(at, ms).slice(0, 3),
  h: (at, ms) => monthOf(at, ms).slice(0, 3),
  j: ({ yearday }) => String(yearday + 1).padStart(3, "0"),
  u: ({ weekday }) => String(weekday || 7),
  w: ({ weekday }) => String(weekday),
  s: (_, ms) => String(Math.floor(ms / 1000)),
  Z: () => "UTC",
  z: () => "+0000",
  ":z": () => "+00:00",
  D: composed("%m/%d/%y"),
  x: composed("%m/%d/%y"),
  F: composed("%Y-%m-%d"),
  T: composed("%H:%M:%S"),
  X: composed("%H:%M:%S"),
  R: composed("%H:%M"),
  r: composed("%I:%M:%S %p"),
  c: composed("%a %b %e %H:%M:%S %Y"),
  V: (at) => two(isoWeek(at)),
  U: ({ yearday, weekday }) => two(Math.floor((yearday + 7 - weekday) / 7)),
  G: ({ year }) => String(year),
  n: () => "\n",
  t: () => "\t",
  "%": () => "%",
};

function isoWeek({ yearday, weekday, year }: Calendar): number {
  const week = Math.floor((yearday + 10 - (weekday || 7)) / 7);
  if (week < 1) return isoWeek(calendar(Date.UTC(year - 1, 11, 31)));
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const last = calendar(Date.UTC(year, 11, 31)).weekday;
  const has53 = last === 4 || (leap && last === 5);
  return week === 53 && !has53 ? 1 : week;
}
