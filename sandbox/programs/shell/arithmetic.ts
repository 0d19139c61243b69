// Arithmetic as the shell has it: 64-bit integers, C's operators, names that stand for expressions.
// The text has been expanded before. bash: expr.c.

import { ShellError } from "./state.ts";

/** How names get and lose values; `key` is the text between brackets. */
export interface Names {
  get(name: string, key: string | undefined): string | undefined;
  set(name: string, key: string | undefined, value: string): void;
}

/** Tighter ones have higher numbers. */
const binary: Readonly<Record<string, number>> = {
  ",": 1,
  "||": 4,
  "&&": 5,
  "|": 6,
  "^": 7,
  "&": 8,
  "==": 9,
  "!=": 9,
  "<": 10,
  ">": 10,
  "<=": 10,
  ">=": 10,
  "<<": 11,
  ">>": 11,
  "+": 12,
  "-": 12,
  "*": 13,
  "/": 13,
  "%": 13,
  "**": 14,
};
const ASSIGN = 2;
const TERNARY = 3;

const token =
  /\s*(<<=|>>=|\*\*|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|[-+*/%&|^!~<>=?:,()]|\d+#[\w@]+|0[xX][\da-fA-F]+|\d\w*|[A-Za-z_]\w*|\[|\]|$|[\s\S])/y;

const DEPTH = 64;

/** The value of an expression. Throws `ShellError` with the shell's words. */
export function evaluate(text: string, names: Names, depth = 0): bigint {
  if (depth > DEPTH) {
    throw new ShellError(
      `${text.trim()}: expression recursion level exceeded (error token is "${text.trim()}")`,
    );
  }
  return new Evaluation(text, names, depth).whole();
}

class Evaluation {
  readonly #text: string;
  readonly #names: Names;
  readonly #depth: number;
  #at = 0;
  #token = "";
  #start = 0;
  /** Where the token before this one begins. */
  #before = 0;
  /** 0 while a branch is passed over whose effects must not happen. */
  #live = true;

  constructor(text: string, names: Names, depth: number) {
    this.#text = text;
    this.#names = names;
    this.#depth = depth;
    this.#next();
  }

  whole(): bigint {
    if (this.#token === "") return 0n;
    const value = this.#expression(0);
    if (this.#token !== "") this.#fail("syntax error in expression");
    return BigInt.asIntN(64, value);
  }

  #next(): string {
    const previous = this.#token;
    this.#before = this.#start;
    token.lastIndex = this.#at;
    const match = token.exec(this.#text);
    this.#token = match?.[1] ?? "";
    this.#at = token.lastIndex;
    this.#start = this.#at - this.#token.length;
    return previous;
  }

  #is(token: string): boolean {
    return this.#token === token;
  }

  #fail(message: string): never {
    const rest = this.#text.slice(this.#token === "" ? this.#before : this.#start);
    throw new ShellError(`${this.#text.trimStart()}: ${message} (error token is "${rest}")`);
  }

  #expression(minimum: number): bigint {
    let left = this.#unary();
    for (;;) {
      const operator = this.#token;
      if (operator === "?" && minimum <= TERNARY) {
        left = this.#ternary(left);
        continue;
      }
      const level = binary[operator];
      if (level === undefined || level < minimum) return left;
      this.#next();
      const right = operator === "**" ? level : level + 1;
      if (operator === "&&" || operator === "||") {
        const decided = operator === "&&" ? left === 0n : left !== 0n;
        const value = this.#quietly(!decided, () => this.#expression(right));
        left = (decided ? left : value) === 0n ? 0n : 1n;
      } else left = this.#apply(operator, left, this.#expression(right));
    }
  }

  #ternary(test: bigint): bigint {
    this.#next();
    const yes = this.#quietly(test !== 0n, () => this.#expression(ASSIGN));
    if (this.#token !== ":") this.#fail("`:' expected for conditional expression");
    this.#next();
    const no = this.#quietly(test === 0n, () => this.#expression(ASSIGN));
    return test !== 0n ? yes : no;
  }

  #quietly(live: boolean, run: () => bigint): bigint {
    const before = this.#live;
    this.#live = before && live;
    const value = run();
    this.#live = before;
    return value;
  }

  #unary(): bigint {
    const operator = this.#token;
    if (operator === "++" || operator === "--") {
      this.#next();
      const place = this.#place();
      if (!place) return operator === "--" ? this.#unary() : this.#unary();
      return this.#assign(place, this.#value(place) + (operator === "++" ? 1n : -1n));
    }
    if (operator === "-" || operator === "+" || operator === "!" || operator === "~") {
      this.#next();
      const value = this.#unary();
      if (operator === "-") return -value;
      if (operator === "!") return value === 0n ? 1n : 0n;
      return operator === "~" ? ~value : value;
    }
    return this.#primary();
  }

  #primary(): bigint {
    if (this.#token === "(") {
      this.#next();
      const value = this.#expression(0);
      if (!this.#is(")")) this.#fail("missing `)'");
      this.#next();
      return value;
    }
    if (/^\d/.test(this.#token)) return this.#number();
    const place = this.#place();
    if (!place) this.#fail("syntax error: operand expected");
    const operator = this.#token;
    if (operator === "++" || operator === "--") {
      this.#next();
      const value = this.#value(place);
      this.#assign(place, value + (operator === "++" ? 1n : -1n));
      return value;
    }
    if (operator === "=" || /^(?:[-+*/%&|^]|<<|>>)=$/.test(operator)) {
      this.#next();
      const value = this.#expression(ASSIGN);
      if (operator === "=") return this.#assign(place, value);
      return this.#assign(place, this.#apply(operator.slice(0, -1), this.#value(place), value));
    }
    return this.#value(place);
  }

  #number(): bigint {
    const text = this.#token;
    const based = /^(\d+)#(.*)$/.exec(text);
    let value: bigint | undefined;
    if (based) value = inBase(based[2] ?? "", Number(based[1]));
    else if (/^0[xX]/.test(text)) value = BigInt(text);
    else if (/^0\d/.test(text)) value = inBase(text, 8);
    else if (/^\d+$/.test(text)) value = BigInt(text);
    if (value === undefined) {
      const what =
        /^0\d+$/.test(text) || based ? "value too great for base" : "value too great for base";
      this.#fail(what);
    }
    this.#next();
    return value;
  }

  #place(): { name: string; key: string | undefined } | undefined {
    if (!/^[A-Za-z_]/.test(this.#token)) return undefined;
    const name = this.#next();
    if (this.#token !== "[") return { name, key: undefined };
    let level = 1;
    let end = this.#at;
    while (end < this.#text.length && level > 0) {
      if (this.#text[end] === "[") level++;
      else if (this.#text[end] === "]") level--;
      end++;
    }
    const key = this.#text.slice(this.#at, end - 1);
    this.#at = end;
    this.#next();
    return { name, key };
  }

  #value({ name, key }: { name: string; key: string | undefined }): bigint {
    if (!this.#live) return 0n;
    const text = this.#names.get(name, key)?.trim() ?? "";
    if (text === "") return 0n;
    if (/^-?(0|[1-9]\d*)$/.test(text)) return BigInt(text);
    return evaluate(text, this.#names, this.#depth + 1);
  }

  #assign({ name, key }: { name: string; key: string | undefined }, value: bigint): bigint {
    const result = BigInt.asIntN(64, value);
    if (this.#live) this.#names.set(name, key, String(result));
    return result;
  }

  #apply(operator: string, a: bigint, b: bigint): bigint {
    const truth = (yes: boolean) => (yes ? 1n : 0n);
    switch (operator) {
      case ",":
        return b;
      case "+":
        return a + b;
      case "-":
        return a - b;
      case "*":
        return BigInt.asIntN(64, a * b);
      case "/":
      case "%":
        if (b === 0n) {
          if (!this.#live) return 0n;
          throw new ShellError(
            `${this.#text.trimStart()}: division by 0 (error token is "${this.#lastOperand()}")`,
          );
        }
        return operator === "/" ? a / b : a % b;
      case "**":
        if (b < 0n) this.#fail("exponent less than 0");
        return BigInt.asIntN(64, a ** b);
      case "<<":
        return BigInt.asIntN(64, a << (b & 63n));
      case ">>":
        return a >> (b & 63n);
      case "<":
        return truth(a < b);
      case ">":
        return truth(a > b);
      case "<=":
        return truth(a <= b);
      case ">=":
        return truth(a >= b);
      case "==":
        return truth(a === b);
      case "!=":
        return truth(a !== b);
      case "&":
        return a & b;
      case "|":
        return a | b;
      default:
        return a ^ b;
    }
  }

  /** The divisor as it stands in the text, for the message. */
  #lastOperand(): string {
    const done = this.#text.slice(0, this.#start);
    const operand = /[/%]=?\s*([^/%]*)$/.exec(done)?.[1] ?? "";
    return operand + this.#text.slice(this.#start);
  }
}

function inBase(digits: string, base: number): bigint | undefined {
  const letters = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ@_";
  if (base < 2 || base > 64) return undefined;
  let value = 0n;
  for (const digit of base <= 36 ? digits.toLowerCase() : digits) {
    const number = letters.indexOf(digit);
    if (number < 0 || number >= base) return undefined;
    value = value * BigInt(base) + BigInt(number);
  }
  return value;
}
