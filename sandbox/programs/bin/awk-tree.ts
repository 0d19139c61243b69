// awk programs as trees.

export type Expression =
  | { readonly type: "number"; readonly value: number }
  | { readonly type: "string"; readonly value: string }
  | { readonly type: "regex"; readonly regex: RegExp }
  | { readonly type: "name"; readonly name: string }
  | { readonly type: "field"; readonly index: Expression }
  | { readonly type: "element"; readonly name: string; readonly index: readonly Expression[] }
  | { readonly type: "in"; readonly name: string; readonly index: readonly Expression[] }
  | { readonly type: "group"; readonly items: readonly Expression[] }
  | { readonly type: "unary"; readonly operator: string; readonly operand: Expression }
  | {
      readonly type: "step";
      readonly operator: string;
      readonly prefix: boolean;
      readonly target: Expression;
    }
  | {
      readonly type: "binary";
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly type: "ternary";
      readonly test: Expression;
      readonly yes: Expression;
      readonly no: Expression;
    }
  | {
      readonly type: "assign";
      readonly operator: string;
      readonly target: Expression;
      readonly value: Expression;
    }
  | { readonly type: "call"; readonly name: string; readonly args: readonly Expression[] }
  | {
      readonly type: "getline";
      readonly target: Expression | undefined;
      readonly file: Expression | undefined;
    };

export interface Output {
  readonly operator: ">" | ">>" | "|";
  readonly to: Expression;
}

export type Statement =
  | { readonly type: "expression"; readonly value: Expression }
  | {
      readonly type: "print";
      readonly args: readonly Expression[];
      readonly format: boolean;
      readonly output: Output | undefined;
    }
  | { readonly type: "block"; readonly body: readonly Statement[] }
  | {
      readonly type: "if";
      readonly test: Expression;
      readonly yes: Statement;
      readonly no: Statement | undefined;
    }
  | {
      readonly type: "while";
      readonly test: Expression;
      readonly body: Statement;
      readonly first: boolean;
    }
  | {
      readonly type: "for";
      readonly init: Statement | undefined;
      readonly test: Expression | undefined;
      readonly update: Statement | undefined;
      readonly body: Statement;
    }
  | {
      readonly type: "forin";
      readonly name: string;
      readonly array: string;
      readonly body: Statement;
    }
  | {
      readonly type: "delete";
      readonly name: string;
      readonly index: readonly Expression[] | undefined;
    }
  | {
      readonly type: "leave";
      readonly how: "next" | "exit" | "break" | "continue" | "return";
      readonly value: Expression | undefined;
    };

export interface Rule {
  readonly pattern: "BEGIN" | "END" | Expression | undefined;
  readonly end: Expression | undefined;
  readonly action: Statement | undefined;
  /** A range that has begun. */
  active: boolean;
}

export interface AwkFunction {
  readonly parameters: readonly string[];
  readonly body: Statement;
}

export interface AwkProgram {
  readonly rules: readonly Rule[];
  readonly functions: ReadonlyMap<string, AwkFunction>;
  readonly usesGetline: boolean;
}
