// Times and durations as Kubernetes writes them. Virtual milliseconds in, text out.

/** RFC 3339 with whole seconds: `2026-11-21T02:19:44Z`, as in `creationTimestamp`. */
export function timestamp(ms: number): string {
  return `${new Date(Math.floor(ms / 1000) * 1000).toISOString().slice(0, 19)}Z`;
}

/** RFC 3339 with microseconds, as in leases and in events of `events.k8s.io`. */
export function microTimestamp(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 23)}000Z`;
}

/** Milliseconds of a timestamp; undefined where there is none. */
export function parseTime(text: string | undefined | null): number | undefined {
  if (!text) return undefined;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}

const days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const two = (value: number) => String(value).padStart(2, "0");

/** `Sat, 21 Nov 2026 02:19:44 +0000`: Go's RFC1123Z, as `kubectl describe` prints times. */
export function longDate(ms: number): string {
  const date = new Date(ms);
  const day = `${days[date.getUTCDay()]}, ${two(date.getUTCDate())} ${months[date.getUTCMonth()]}`;
  const time = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(two).join(":");
  return `${day} ${String(date.getUTCFullYear()).padStart(4, "0")} ${time} +0000`;
}

/** duration.HumanDuration of 1.12 and later: `75s`, `3m25s`, `10m`, `5h12m`, `6d23h`, `3y12d`. */
export function humanDuration(ms: number): string {
  const seconds = Math.trunc(ms / 1000);
  if (seconds < -1) return "<invalid>";
  if (seconds < 0) return "0s";
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10) return parts([minutes, "m"], [seconds % 60, "s"]);
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 8) return parts([hours, "h"], [minutes % 60, "m"]);
  if (hours < 48) return `${hours}h`;
  const dayCount = Math.floor(hours / 24);
  if (hours < 192) return parts([dayCount, "d"], [hours % 24, "h"]);
  if (dayCount < 730) return `${dayCount}d`;
  const years = Math.floor(dayCount / 365);
  return dayCount < 2920 ? parts([years, "y"], [dayCount % 365, "d"]) : `${years}y`;
}

type Part = readonly [count: number, unit: string];

const parts = (large: Part, small: Part): string =>
  (small[0] === 0 ? large : [...large, ...small]).join("");

/** duration.ShortHumanDuration, until 1.11: one unit, `75s` → `1m`. */
export function shortDuration(ms: number): string {
  const seconds = Math.trunc(ms / 1000);
  if (seconds < -1) return "<invalid>";
  if (seconds < 0) return "0s";
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours}h`;
  return hours < 24 * 365 ? `${Math.floor(hours / 24)}d` : `${Math.floor(hours / 24 / 365)}y`;
}

const units: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/** Go's time.ParseDuration, in milliseconds: `1m30s`, `500ms`, `-1.5h`; undefined if it is none. */
export function parseDuration(text: string): number | undefined {
  if (/^[+-]?0$/.test(text)) return 0;
  const match = /^([+-]?)((?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|ms|s|m|h))+$/.exec(text);
  if (!match) return undefined;
  let sum = 0;
  for (const [, amount, unit] of text.matchAll(/([\d.]+)(ns|us|µs|ms|s|m|h)/g)) {
    sum += Number(amount) * (units[unit as string] as number);
  }
  return match[1] === "-" ? -sum : sum;
}

/** Go's Duration.String: `1h0m0s`, `1m30s`, `5s`, `1.5s`, `300ms`, `0s`. */
export function goDuration(ms: number): string {
  if (ms === 0) return "0s";
  if (Math.abs(ms) < 1000) {
    return Math.abs(ms) < 1 ? `${trimmed(ms * 1000)}µs` : `${trimmed(ms)}ms`;
  }
  const size = Math.abs(ms);
  const hours = Math.floor(size / 3_600_000);
  const minutes = Math.floor(size / 60_000) % 60;
  const seconds = trimmed((size % 60_000) / 1000);
  const text =
    (hours > 0 ? `${hours}h` : "") +
    (hours > 0 || minutes > 0 ? `${minutes}m` : "") +
    `${seconds}s`;
  return ms < 0 ? `-${text}` : text;
}

const trimmed = (value: number): string => String(Math.round(value * 1e9) / 1e9);
