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
      const text = part(letter, at, ms);
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

function part(letter: string, at: Calendar, ms: number): string | undefined {
  const two = (number: number) => String(number).padStart(2, "0");
  const blank = (number: number) => String(number).padStart(2);
  const compose = (format: string) => formatTime(format, ms);
  const day = days[at.weekday] ?? "";
  const month = months[at.month] ?? "";
  const twelve = at.hour % 12 || 12;
  switch (letter) {
    case "Y":
      return String(at.year);
    case "C":
      return two(Math.floor(at.year / 100));
    case "y":
      return two(at.year % 100);
    case "m":
      return two(at.month + 1);
    case "d":
      return two(at.day);
    case "e":
      return blank(at.day);
    case "H":
      return two(at.hour);
    case "k":
      return blank(at.hour);
    case "I":
      return two(twelve);
    case "l":
      return blank(twelve);
    case "M":
      return two(at.minute);
    case "S":
      return two(at.second);
    case "N":
      return `${String(at.ms).padStart(3, "0")}000000`;
    case "p":
      return at.hour < 12 ? "AM" : "PM";
    case "P":
      return at.hour < 12 ? "am" : "pm";
    case "A":
      return day;
    case "a":
      return day.slice(0, 3);
    case "B":
      return month;
    case "b":
    case "h":
      return month.slice(0, 3);
    case "j":
      return String(at.yearday + 1).padStart(3, "0");
    case "u":
      return String(at.weekday || 7);
    case "w":
      return String(at.weekday);
    case "s":
      return String(Math.floor(ms / 1000));
    case "Z":
      return "UTC";
    case "z":
      return "+0000";
    case ":z":
      return "+00:00";
    case "D":
    case "x":
      return compose("%m/%d/%y");
    case "F":
      return compose("%Y-%m-%d");
    case "T":
    case "X":
      return compose("%H:%M:%S");
    case "R":
      return compose("%H:%M");
    case "r":
      return compose("%I:%M:%S %p");
    case "c":
      return compose("%a %b %e %H:%M:%S %Y");
    case "V":
      return two(isoWeek(at));
    case "U":
      return two(Math.floor((at.yearday + 7 - at.weekday) / 7));
    case "G":
      return String(at.year);
    case "n":
      return "\n";
    case "t":
      return "\t";
    case "%":
      return "%";
  }
  return undefined;
}

function isoWeek({ yearday, weekday, year }: Calendar): number {
  const week = Math.floor((yearday + 10 - (weekday || 7)) / 7);
  if (week < 1) return isoWeek(calendar(Date.UTC(year - 1, 11, 31)));
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const last = calendar(Date.UTC(year, 11, 31)).weekday;
  const has53 = last === 4 || (leap && last === 5);
  return week === 53 && !has53 ? 1 : week;
}
