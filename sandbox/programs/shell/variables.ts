// The shell's variables: scalars, indexed and associative arrays, with their attributes. Functions
// have scopes; a name that is local there hides the outer one until the function returns.

export type Value = string | string[] | Map<string, string>;

export interface Variable {
  value: Value | undefined;
  exported: boolean;
  readOnly: boolean;
  integer: boolean;
  /** `declare -l`, `declare -u`. */
  letters: "lower" | "upper" | undefined;
}

/** Assigning to a variable that may not change. */
export class ReadOnlyVariable extends Error {
  override readonly name = "ReadOnlyVariable";
}

export class Variables {
  readonly #all: Map<string, Variable>;
  readonly #scopes: Map<string, Variable | undefined>[];

  constructor(all = new Map<string, Variable>(), scopes: Map<string, Variable | undefined>[] = []) {
    this.#all = all;
    this.#scopes = scopes;
  }

  /** A copy for a subshell. */
  copy(): Variables {
    const all = new Map([...this.#all].map(([name, one]) => [name, copyOf(one)]));
    return new Variables(
      all,
      this.#scopes.map((scope) => new Map(scope)),
    );
  }

  find(name: string): Variable | undefined {
    return this.#all.get(name);
  }

  /** The scalar, or element 0 of an array. */
  get(name: string): string | undefined {
    const value = this.#all.get(name)?.value;
    if (value === undefined || typeof value === "string") return value;
    return Array.isArray(value) ? value[0] : value.get("0");
  }

  /** Makes the variable if there is none. Throws `ReadOnlyVariable`. */
  set(name: string, value: Value): Variable {
    const variable = this.declare(name);
    if (variable.readOnly) throw new ReadOnlyVariable(name);
    const { value: old, letters } = variable;
    if (typeof value === "string") {
      if (letters === "lower") value = value.toLowerCase();
      else if (letters === "upper") value = value.toUpperCase();
      if (Array.isArray(old)) old[0] = value;
      else if (old instanceof Map) old.set("0", value);
      else variable.value = value;
    } else variable.value = value;
    return variable;
  }

  setElement(name: string, key: string | number, text: string): void {
    const variable = this.declare(name);
    if (variable.readOnly) throw new ReadOnlyVariable(name);
    const { value } = variable;
    if (value instanceof Map) value.set(String(key), text);
    else {
      const list = Array.isArray(value) ? value : value === undefined ? [] : [value];
      list[Number(key) < 0 ? list.length + Number(key) : Number(key)] = text;
      variable.value = list;
    }
  }

  /** The variable, made without a value if there is none. */
  declare(name: string): Variable {
    let variable = this.#all.get(name);
    if (!variable) {
      variable = {
        value: undefined,
        exported: false,
        readOnly: false,
        integer: false,
        letters: undefined,
      };
      this.#all.set(name, variable);
    }
    return variable;
  }

  unset(name: string): void {
    if (this.#all.get(name)?.readOnly) throw new ReadOnlyVariable(name);
    this.#all.delete(name);
  }

  names(): string[] {
    return [...this.#all.keys()].sort();
  }

  /** What children see. */
  environment(): Map<string, string> {
    const environment = new Map<string, string>();
    for (const [name, { exported, value }] of this.#all) {
      if (exported && typeof value === "string") environment.set(name, value);
    }
    return environment;
  }

  get depth(): number {
    return this.#scopes.length;
  }

  enter(): void {
    this.#scopes.push(new Map());
  }

  /** Brings back what the scope's locals hid. */
  leave(): void {
    for (const [name, hidden] of this.#scopes.pop() ?? []) this.restore(name, hidden);
  }

  restore(name: string, variable: Variable | undefined): void {
    if (variable) this.#all.set(name, variable);
    else this.#all.delete(name);
  }

  /** Hides the outer variable until the function returns. */
  local(name: string): Variable {
    const scope = this.#scopes.at(-1);
    if (scope && !scope.has(name)) {
      scope.set(name, this.#all.get(name));
      this.#all.delete(name);
    }
    return this.declare(name);
  }
}

function copyOf(variable: Variable): Variable {
  const { value } = variable;
  if (value === undefined || typeof value === "string") return { ...variable };
  return { ...variable, value: Array.isArray(value) ? value.slice() : new Map(value) };
}

/** The set elements of any value, in order. */
export function elements(value: Value | undefined): string[] {
  if (value === undefined) return [];
  if (typeof value === "string") return [value];
  return Array.isArray(value) ? Object.values(value) : [...value.values()];
}

export function keysOf(value: Value | undefined): string[] {
  if (value === undefined) return [];
  if (typeof value === "string") return ["0"];
  return Array.isArray(value) ? Object.keys(value) : [...value.keys()];
}

/** A word that the shell reads back as this text, as `set` and `declare -p` print it. */
export function quoted(text: string): string {
  if (text === "") return "''";
  if (/[\x00-\x1f\x7f]/.test(text)) return `$'${escaped(text)}'`;
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

const names: Readonly<Record<string, string>> = {
  "\n": "\\n",
  "\t": "\\t",
  "\r": "\\r",
  "\x1b": "\\E",
  "\x07": "\\a",
  "\b": "\\b",
  "\\": "\\\\",
  "'": "\\'",
};

function escaped(text: string): string {
  const octal = (unit: string) => `\\${unit.charCodeAt(0).toString(8).padStart(3, "0")}`;
  return text.replace(/[\x00-\x1f\x7f\\']/g, (unit) => names[unit] ?? octal(unit));
}

/** `declare -p` form: `declare -ax a=([0]="x")`. */
export function declaration(
  name: string,
  { value, exported, readOnly, integer }: Variable,
): string {
  const kind = Array.isArray(value) ? "a" : value instanceof Map ? "A" : "";
  const flags = kind + (integer ? "i" : "") + (readOnly ? "r" : "") + (exported ? "x" : "");
  const head = `declare -${flags || "-"} ${name}`;
  if (value === undefined) return head;
  if (typeof value === "string") return `${head}=${inDoubleQuotes(value)}`;
  const keys = keysOf(value);
  const items = elements(value).map((text, i) => `[${keys[i]}]=${inDoubleQuotes(text)}`);
  const space = value instanceof Map && items.length > 0 ? " " : "";
  return `${head}=(${items.join(" ")}${space})`;
}

export function inDoubleQuotes(text: string): string {
  if (/[\x00-\x1f\x7f]/.test(text)) return quoted(text);
  return `"${text.replace(/["\\$`]/g, "\\$&")}"`;
}
