// Schedules of CronJobs: `*/5 * * * *`, `@hourly`. Times are in UTC.
// github.com/robfig/cron parser.go, spec.go.

/** The values that fit, by field; a day fits by either of its two fields if neither is `*`. */
export interface Schedule {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly days: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  readonly weekdays: ReadonlySet<number>;
  readonly anyDay: boolean;
}

/** What is wrong with a schedule, in the parser's words. */
export class ScheduleError extends Error {
  override readonly name = "ScheduleError";
}

interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly names?: readonly string[];
}

const bounds: readonly Bounds[] = [
  { min: 0, max: 59 },
  { min: 0, max: 23 },
  { min: 1, max: 31 },
  { min: 1, max: 12, names: "jan feb mar apr may jun jul aug sep oct nov dec".split(" ") },
  { min: 0, max: 6, names: "sun mon tue wed thu fri sat".split(" ") },
];

const descriptors: Readonly<Record<string, string>> = {
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
  "@monthly": "0 0 1 * *",
  "@weekly": "0 0 * * 0",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@hourly": "0 * * * *",
};

// differs: a schedule cannot be `@every 5m`, and its times are in UTC.
/** Throws ScheduleError. */
export function parseSchedule(text: string): Schedule {
  if (text === "") throw new ScheduleError("empty spec string");
  const spec = text.startsWith("@") ? descriptors[text] : text;
  if (spec === undefined) throw new ScheduleError(`unrecognized descriptor: ${text}`);
  const fields = spec.trim().split(/\s+/);
  if (fields.length !== 5) {
    throw new ScheduleError(
      `expected exactly 5 fields, found ${fields.length}: [${fields.join(" ")}]`,
    );
  }
  const [minutes, hours, days, months, weekdays] = fields.map((field, index) =>
    parseField(field, bounds[index] as Bounds),
  ) as [Set<number>, Set<number>, Set<number>, Set<number>, Set<number>];
  const starred = [fields[2], fields[4]].some((field) => /^[*?]/.test(field as string));
  return { minutes, hours, days, months, weekdays, anyDay: starred };
}

function parseField(field: string, limits: Bounds): Set<number> {
  const values = new Set<number>();
  for (const part of field.split(","))
    for (const value of parseRange(part, limits)) values.add(value);
  return values;
}

function parseRange(text: string, { min, max, names }: Bounds): number[] {
  const [range = "", step, ...slashes] = text.split("/");
  if (slashes.length > 0) throw new ScheduleError(`too many slashes: ${text}`);
  const [low = "", high, ...hyphens] = range.split("-");
  if (hyphens.length > 0) throw new ScheduleError(`too many hyphens: ${text}`);
  const every = step === undefined ? 1 : parseNumber(step, undefined);
  let start = min;
  let end = max;
  if (low !== "*" && low !== "?") {
    start = parseNumber(low, names);
    if (high !== undefined) end = parseNumber(high, names);
    else if (step === undefined) end = start;
  }
  if (start < min)
    throw new ScheduleError(`beginning of range (${start}) below minimum (${min}): ${text}`);
  if (end > max) throw new ScheduleError(`end of range (${end}) above maximum (${max}): ${text}`);
  if (start > end) {
    throw new ScheduleError(`beginning of range (${start}) beyond end of range (${end}): ${text}`);
  }
  if (every === 0) throw new ScheduleError(`step of range should be a positive number: ${text}`);
  const values: number[] = [];
  for (let value = start; value <= end; value += every) values.push(value);
  return values;
}

function parseNumber(text: string, names: readonly string[] | undefined): number {
  const named = names?.indexOf(text.toLowerCase()) ?? -1;
  // Months count from 1, weekdays from 0.
  if (named >= 0) return names?.length === 12 ? named + 1 : named;
  if (/^-\d+$/.test(text))
    throw new ScheduleError(`negative number (${text}) not allowed: ${text}`);
  if (!/^\d+$/.test(text)) {
    throw new ScheduleError(
      `failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`,
    );
  }
  return Number(text);
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const FIVE_YEARS = 5 * 366 * DAY;

/** The first moment after `ms` that fits; undefined if there is none within five years. */
export function nextTime(schedule: Schedule, ms: number): number | undefined {
  let at = Math.floor(ms / MINUTE) * MINUTE + MINUTE;
  const end = ms + FIVE_YEARS;
  while (at < end) {
    const date = new Date(at);
    if (!schedule.months.has(date.getUTCMonth() + 1)) {
      at = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
    } else if (!dayFits(schedule, date)) at = (Math.floor(at / DAY) + 1) * DAY;
    else if (!schedule.hours.has(date.getUTCHours())) at = (Math.floor(at / HOUR) + 1) * HOUR;
    else if (!schedule.minutes.has(date.getUTCMinutes())) at += MINUTE;
    else return at;
  }
  return undefined;
}

function dayFits({ days, weekdays, anyDay }: Schedule, date: Date): boolean {
  const day = days.has(date.getUTCDate());
  const weekday = weekdays.has(date.getUTCDay());
  return anyDay ? day && weekday : day || weekday;
}
