// Expressions, by precedence. sql/sql_yacc.yy expr, bool_pri, predicate, bit_expr.

import type { Cursor } from "./cursor.ts";
import type { Expression, Order, Select } from "./tree.ts";
import { decimalOf, type Value } from "./values.ts";

/** How a parser of expressions reads a query within. */
export type QueryParser = (cursor: Cursor) => Select;

export class Expressions {
  readonly #cursor: Cursor;
  readonly #query: QueryParser;

  constructor(cursor: Cursor, query: QueryParser) {
    this.#cursor = cursor;
    this.#query = query;
  }

  parse(): Expression {
    return this.#or();
  }

  orders(): Order[] {
    return this.#cursor.list(() => {
      const expression = this.parse();
      const descending = this.#cursor.accept("DESC");
      if (!descending) this.#cursor.accept("ASC");
      return { expression, descending };
    });
  }

  #left(ops: Readonly<Record<string, string>>, below: () => Expression): Expression {
    let left = below();
    for (;;) {
      const op = ops[this.#cursor.token.upper];
      if (op === undefined) return left;
      this.#cursor.next();
      left = { kind: "binary", op, left, right: below() };
    }
  }

  #or(): Expression {
    return this.#left({ OR: "OR", "||": "OR", XOR: "XOR" }, () => this.#and());
  }

  #and(): Expression {
    return this.#left({ AND: "AND", "&&": "AND" }, () => this.#not());
  }

  #not(): Expression {
    if (this.#cursor.accept("NOT")) return { kind: "unary", op: "NOT", operand: this.#not() };
    return this.#comparison();
  }

  #comparison(): Expression {
    let left = this.#predicate();
    for (;;) {
      const op = this.#cursor.oneOf("=", "<=>", "<>", "!=", "<", "<=", ">", ">=");
      if (op !== undefined) {
        const right = this.#predicate();
        left = { kind: "binary", op: op === "!=" ? "<>" : op, left, right };
      } else if (this.#cursor.accept("IS")) left = this.#is(left);
      else return left;
    }
  }

  #is(operand: Expression): Expression {
    const not = this.#cursor.accept("NOT");
    const word = this.#cursor.oneOf("NULL", "TRUE", "FALSE", "UNKNOWN");
    if (word === undefined) this.#cursor.fail();
    const value = word === "TRUE" ? true : word === "FALSE" ? false : null;
    return negatedIf(not, { kind: "is", operand, value });
  }

  #predicate(): Expression {
    const left = this.#sum();
    const not = this.#cursor.is("NOT") && isPredicate.test(this.#cursor.ahead(1).upper);
    if (not) this.#cursor.next();
    if (this.#cursor.accept("IN")) return negatedIf(not, this.#in(left));
    if (this.#cursor.accept("BETWEEN")) {
      const low = this.#sum();
      this.#cursor.expect("AND");
      return negatedIf(not, { kind: "between", operand: left, low, high: this.#predicate() });
    }
    const op = this.#cursor.oneOf("LIKE", "REGEXP", "RLIKE");
    if (op === undefined) return left;
    const right = this.#sum();
    const name = op === "RLIKE" ? "REGEXP" : op;
    return negatedIf(not, { kind: "binary", op: name, left, right });
  }

  #in(operand: Expression): Expression {
    if (this.#cursor.is("(", "SELECT")) {
      return { kind: "in", operand, list: this.#enclosedQuery() };
    }
    return { kind: "in", operand, list: this.#cursor.enclosed(() => this.parse()) };
  }

  #enclosedQuery(): Select {
    this.#cursor.expect("(");
    const query = this.#query(this.#cursor);
    this.#cursor.expect(")");
    return query;
  }

  #sum(): Expression {
    return this.#left({ "+": "+", "-": "-" }, () => this.#product());
  }

  #product(): Expression {
    const ops = { "*": "*", "/": "/", "%": "%", DIV: "DIV", MOD: "%" };
    return this.#left(ops, () => this.#unary());
  }

  #unary(): Expression {
    if (this.#cursor.accept("-")) return { kind: "unary", op: "-", operand: this.#unary() };
    if (this.#cursor.accept("+")) return this.#unary();
    if (this.#cursor.accept("!")) return { kind: "unary", op: "NOT", operand: this.#unary() };
    if (this.#cursor.accept("BINARY")) return this.#unary();
    return this.#primary();
  }

  #primary(): Expression {
    const { token } = this.#cursor;
    switch (token.kind) {
      case "string": {
        let text = this.#cursor.next().text;
        while (this.#cursor.token.kind === "string") text += this.#cursor.next().text;
        return { kind: "value", value: text };
      }
      case "number":
        return { kind: "value", value: numberValue(this.#cursor.next().text) };
      case "variable":
        return variable(this.#cursor.next().text);
      case "mark":
        return this.#bracketed();
      case "end":
        return this.#cursor.fail();
    }
    const special = this.#special();
    if (special) return special;
    if (this.#cursor.ahead(1).upper === "(" && token.kind === "word") return this.#call();
    return this.#column();
  }

  #bracketed(): Expression {
    if (this.#cursor.is("(", "SELECT")) return { kind: "select", query: this.#enclosedQuery() };
    this.#cursor.expect("(");
    const inner = this.parse();
    this.#cursor.expect(")");
    return inner;
  }

  #special(): Expression | undefined {
    const word = this.#cursor.oneOf("NULL", "TRUE", "FALSE", "CASE");
    if (word === "CASE") return this.#case();
    if (word !== undefined) return { kind: "value", value: constants[word] ?? null };
    if (this.#cursor.is("EXISTS", "(")) {
      this.#cursor.next();
      return { kind: "exists", query: this.#enclosedQuery() };
    }
    const bare = this.#cursor.oneOf(...bareFunctions);
    if (bare !== undefined) {
      if (this.#cursor.accept("(")) {
        if (this.#cursor.token.kind === "number") this.#cursor.next();
        this.#cursor.expect(")");
      }
      return { kind: "call", name: bare, args: [] };
    }
    if (this.#cursor.accept("INTERVAL")) {
      const count = this.parse();
      return { kind: "interval", count, unit: this.#cursor.next().text.toUpperCase() };
    }
    return undefined;
  }

  #case(): Expression {
    const operand = this.#cursor.is("WHEN") ? undefined : this.parse();
    const whens = [];
    while (this.#cursor.accept("WHEN")) {
      const when = this.parse();
      this.#cursor.expect("THEN");
      whens.push({ when, value: this.parse() });
    }
    const otherwise = this.#cursor.accept("ELSE") ? this.parse() : undefined;
    this.#cursor.expect("END");
    return { kind: "case", whens, ...(operand && { operand }), ...(otherwise && { otherwise }) };
  }

  #call(): Expression {
    const name = this.#cursor.next().upper;
    this.#cursor.expect("(");
    if (name === "COUNT" && this.#cursor.accept("*")) {
      this.#cursor.expect(")");
      return { kind: "call", name, args: [], star: true };
    }
    if (this.#cursor.accept(")")) return { kind: "call", name, args: [] };
    if (name === "CAST" || name === "CONVERT") return this.#cast();
    const distinct = this.#cursor.accept("DISTINCT");
    const args = this.#cursor.list(() => this.parse());
    if (name === "TRIM" && this.#cursor.accept("FROM")) args.push(this.parse());
    const order = this.#cursor.accept("ORDER", "BY") ? this.orders() : undefined;
    const separator = this.#cursor.accept("SEPARATOR") ? this.#cursor.string() : undefined;
    this.#cursor.expect(")");
    return {
      ...{ kind: "call", name, args },
      ...(distinct && { distinct }),
      ...(order && { order }),
      ...(separator !== undefined && { separator }),
    };
  }

  #cast(): Expression {
    const operand = this.parse();
    if (!this.#cursor.accept("AS") && !this.#cursor.accept(",") && !this.#cursor.is("USING")) {
      this.#cursor.fail();
    }
    if (this.#cursor.accept("USING")) {
      this.#cursor.name();
      this.#cursor.expect(")");
      return operand;
    }
    const words = [this.#cursor.next().upper];
    while (!this.#cursor.is(")")) words.push(this.#cursor.next().text);
    this.#cursor.expect(")");
    const type: Expression = { kind: "value", value: words.join(" ") };
    return { kind: "call", name: "CAST", args: [operand, type] };
  }

  #column(): Expression {
    const parts = [this.#cursor.name()];
    while (this.#cursor.accept(".")) parts.push(this.#cursor.next().text);
    const name = parts.pop() ?? "";
    const table = parts.pop();
    return { kind: "column", name, ...(table !== undefined && { table }) };
  }
}

const isPredicate = /^(?:IN|BETWEEN|LIKE|REGEXP|RLIKE)$/;
const constants: Readonly<Record<string, Value>> = { NULL: null, TRUE: 1, FALSE: 0 };

/** Functions that need no brackets. */
const bareFunctions = [
  ..."CURRENT_TIMESTAMP CURRENT_DATE CURRENT_TIME CURRENT_USER".split(" "),
  ..."LOCALTIME LOCALTIMESTAMP".split(" "),
];

const negatedIf = (not: boolean, operand: Expression): Expression =>
  not ? { kind: "unary", op: "NOT", operand } : operand;

function numberValue(text: string): Value {
  if (/^0x/i.test(text)) return Number(text);
  if (/[eE]/.test(text)) return Number(text);
  if (!text.includes(".")) return Number(text);
  return decimalOf(text) ?? Number(text);
}

function variable(text: string): Expression {
  const [, scope, name = ""] = /^@@(?:(global|session|local)\.)?(.*)$/i.exec(text) ?? [];
  if (text.startsWith("@@")) {
    const isGlobal = scope?.toLowerCase() === "global";
    return { kind: "variable", name: name.toLowerCase(), scope: isGlobal ? "global" : "session" };
  }
  return { kind: "variable", name: text.slice(1).replace(/^['`]|['`]$/g, ""), scope: "user" };
}
