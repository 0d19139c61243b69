// Dates as `date -d` and `touch -d` take them: ISO forms, @seconds, and simple distances from now.

const units: Readonly<Record<string, number>> = {
  sec: 1_000,
  second: 1_000,
  min: 60_000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
  fortnight: 1_209_600_000,
};

const monthNames = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");
const dayNames = "sun mon tue wed thu fri sat".split(" ");

/** Virtual time of a date; undefined if it is none that is known. */
export function parseDate(text: string, now: number): number | undefined {
  const trimmed = text.trim();
  if (trimmed === "" || trimmed === "today") return trimmed === "" ? midnight(now) : now;
  const seconds = /^@(-?\d+(?:\.\d+)?)$/.exec(trimmed)?.[1];
  if (seconds !== undefined) return Math.floor(Number(seconds) * 1000);
  let at: number | undefined = now;
  let rest = trimmed.toLowerCase().replace(/\b(utc|gmt)\b/g, "z");
  const take = (pattern: RegExp, use: (match: RegExpExecArray) => void) => {
    const match = pattern.exec(rest);
    if (!match) return;
    rest = `${rest.slice(0, match.index)} ${rest.slice(match.index + match[0].length)}`.trim();
    use(match);
  };
  let hasTime = false;
  let zone = 0;
  let clock = 0;
  take(
    /(?:^|[t ])(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?(\s*[ap]m)?\s*(z|[-+]\d{2}:?\d{2})?/,
    (match) => {
      hasTime = true;
      const hour = (Number(match[1]) % (match[5] ? 12 : 24)) + (/pm/.test(match[5] ?? "") ? 12 : 0);
      clock = ((hour * 60 + Number(match[2])) * 60 + Number(match[3] ?? 0)) * 1000;
      clock += Math.floor(Number(`0.${match[4] ?? 0}`) * 1000);
      const offset = /([-+])(\d{2}):?(\d{2})/.exec(match[6] ?? "");
      if (offset)
        zone = (Number(offset[2]) * 60 + Number(offset[3])) * 60_000 * (offset[1] === "-" ? -1 : 1);
    },
  );
  let hasDate = false;
  const day = (year: number, month: number, date: number) => {
    hasDate = true;
    at = Date.UTC(year, month, date);
  };
  take(/(\d{4})-(\d{1,2})-(\d{1,2})/, (m) => day(Number(m[1]), Number(m[2]) - 1, Number(m[3])));
  take(/(\d{1,2})\/(\d{1,2})\/(\d{4})/, (m) => day(Number(m[3]), Number(m[1]) - 1, Number(m[2])));
  take(/\b(\d{4})(\d{2})(\d{2})\b/, (m) => day(Number(m[1]), Number(m[2]) - 1, Number(m[3])));
  take(
    /\b(\d{1,2})\s+(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+(\d{4})\b/,
    (m) => day(Number(m[3]), monthNames.indexOf(m[2] ?? ""), Number(m[1])),
  );
  take(
    /\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+(\d{1,2})(?:,?\s+(\d{4}))?\b/,
    (m) =>
      day(
        Number(m[3] ?? new Date(now).getUTCFullYear()),
        monthNames.indexOf(m[1] ?? ""),
        Number(m[2]),
      ),
  );
  if (hasTime || hasDate) at = (hasDate ? (at as number) : midnight(now)) + clock - zone;
  const moved = (by: number) => {
    at = (at as number) + by;
  };
  take(/\byesterday\b/, () => moved(-86_400_000));
  take(/\btomorrow\b/, () => moved(86_400_000));
  take(/\b(?:now|today|z)\b/, () => {});
  for (let more = true; more; ) {
    more = false;
    take(
      /([-+]?\s*\d+|next|last|an?)\s*(second|sec|minute|min|hour|day|week|fortnight|month|year)s?(\s+ago)?/,
      (m) => {
        more = true;
        const word = (m[1] ?? "").replace(/\s/g, "");
        const count = { next: 1, last: -1, a: 1, an: 1 }[word] ?? Number(word);
        at = shift(at as number, m[3] ? -count : count, m[2] ?? "");
      },
    );
  }
  take(/\b(?:next\s+)?(sun|mon|tue|wed|thu|fri|sat)[a-z]*\b/, (m) => {
    const wanted = dayNames.indexOf(m[1] ?? "");
    const today = new Date(now).getUTCDay();
    at = midnight(now) + ((wanted - today + 7) % 7) * 86_400_000;
  });
  return rest === "" && at !== undefined && !Number.isNaN(at) ? at : undefined;
}

const midnight = (now: number): number => now - (now % 86_400_000);

function shift(at: number, count: number, unit: string): number {
  const known = units[unit];
  if (known !== undefined) return at + count * known;
  const date = new Date(at);
  if (unit === "month") date.setUTCMonth(date.getUTCMonth() + count);
  else date.setUTCFullYear(date.getUTCFullYear() + count);
  return date.getTime();
}
