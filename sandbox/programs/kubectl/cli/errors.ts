// How kubectl fails: what ends a command, and in which words it is told.
// kubectl pkg/cmd/util/helpers.go checkErr, StandardErrorMessage; apimachinery util/errors.

import { quoted } from "../../../api/schema/go-json.ts";
import { type Status, StatusError } from "../../../api/status.ts";
import type { KubectlWords } from "../../../api/words/kubectl.ts";

/** Ends a command; told as `error: MESSAGE`. */
export class CommandError extends Error {
  override readonly name: string = "CommandError";
  readonly code: number;
  constructor(message: string, code = 1) {
    super(message);
    this.code = code;
  }
}

/** Ends a command; told as it is, or not at all if it is empty. */
export class PlainError extends CommandError {
  override readonly name = "PlainError";
}

/** What the command line itself got wrong: a flag, a command. The era says how it begins. */
export class SyntaxProblem extends CommandError {
  override readonly name = "SyntaxProblem";
}

/** Several failures, told one by one. */
export class Aggregate extends CommandError {
  override readonly name = "Aggregate";
  readonly errors: readonly KubectlError[];
  constructor(errors: readonly KubectlError[]) {
    const messages = [...new Set(flatten(errors).map(({ message }) => message))];
    super(messages.length === 1 ? (messages[0] ?? "") : `[${messages.join(", ")}]`);
    this.errors = errors;
  }
}

export type KubectlError = CommandError | StatusError;

/** True if a command may end so; everything else is our own mistake. */
export const isExpected = (error: unknown): error is KubectlError =>
  error instanceof CommandError || error instanceof StatusError;

/** The error if a command may end so; throws everything else on. */
export function expected(error: unknown): KubectlError {
  if (isExpected(error)) return error;
  throw error;
}

/** Throws what was gathered: nothing, the one, or all together. */
export function throwAll(errors: readonly KubectlError[]): void {
  const [first] = errors;
  if (first) throw errors.length === 1 ? first : new Aggregate(errors);
}

export function flatten(errors: readonly KubectlError[]): KubectlError[] {
  return errors.flatMap((error) => (error instanceof Aggregate ? flatten(error.errors) : [error]));
}

/** `MESSAGE`, and how to learn more. */
export const usageError = (path: string, message: string): CommandError =>
  new CommandError(`${message}\nSee '${path} -h' for help and examples`);

export const notSimulated = (what: string): CommandError =>
  new CommandError(`${what} is not simulated`);

/** What is printed on stderr, and the exit code. */
export interface Ending {
  readonly text: string;
  readonly code: number;
}

export function endingOf(error: KubectlError, words: KubectlWords): Ending {
  if (error instanceof Aggregate) {
    const [only] = error.errors;
    const isAlone = only && error.errors.length === 1;
    if (isAlone && !(words.bareFailures && only instanceof CommandError)) {
      return endingOf(only, words);
    }
    const text = error.errors.map((each) => `${messageOf(each, words)}\n`).join("");
    return { text, code: error.code };
  }
  if (error instanceof StatusError) return { text: statusText(error, words), code: 1 };
  if (error instanceof PlainError) return { text: error.message, code: error.code };
  if (error instanceof SyntaxProblem) {
    return { text: `${words.syntaxPrefix}${error.message}`, code: error.code };
  }
  const text = error.message.startsWith("error: ") ? error.message : `error: ${error.message}`;
  const isHint = words.endsHints && text.endsWith("for help and examples");
  return { text: isHint ? `${text}.` : text, code: error.code };
}

function statusText(error: StatusError, words: KubectlWords): string {
  if (error.reason !== "Invalid") return messageOf(error, words);
  const { details } = error.status;
  if (!details) return "The request is invalid";
  const { kind = "", name = "" } = details;
  const causes = causesOf(error.status);
  if (kind || name) return words.invalid(kind, name, causes);
  if (causes.length < 2) return ["The request is invalid", ...causes].join(": ");
  return ["The request is invalid: ", ...causes.map((cause) => `* ${cause}`)].join("\n");
}

/** `spec.replicas: Invalid value: …`, each once. */
export function causesOf({ details }: Status): string[] {
  const causes = details?.causes ?? [];
  return [...new Set(causes.map(({ field, message }) => `${field ?? ""}: ${message}`))];
}

/** One of several failures, or one that is told in passing. */
function messageOf(error: KubectlError, { saysReasons }: KubectlWords): string {
  if (!(error instanceof StatusError)) return error.message;
  const { reason, message } = error;
  if (reason === "Unauthorized") return `error: You must be logged in to the server (${message})`;
  return reason && saysReasons
    ? `Error from server (${reason}): ${message}`
    : `Error from server: ${message}`;
}

/** The same failure, saying at what and from which file it happened. */
export function atSource(verb: string, source: string, error: unknown): KubectlError {
  const known = expected(error);
  if (source === "") return known;
  const message = `error when ${verb} ${quoted(source)}: ${known.message}`;
  return known instanceof StatusError
    ? new StatusError({ ...known.status, message })
    : new CommandError(message);
}
