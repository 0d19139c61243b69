// One go at editing: objects are written to a file, an editor changes it, and what came of it is
// done; what the server does not take is shown again. kubectl pkg/cmd/util/editor/editoptions.go.

import { equal } from "../../../api/clone.ts";
import type { KubeObject } from "../../../api/meta.ts";
import { quoted } from "../../../api/schema/go-json.ts";
import { isReason, StatusError } from "../../../api/status.ts";
import type { Call } from "../cli/command.ts";
import { CommandError, causesOf, expected, type KubectlError, PlainError } from "../cli/errors.ts";
import { annotate, changeCauseKey, rememberApplied } from "../cli/last-applied.ts";
import { changeCause } from "../cli/shared-flags.ts";
import type { ServedInfo } from "../input/info.ts";
import { documents } from "../input/manifests.ts";
import { jsonText, yamlText } from "../print/printers.ts";
import { editedInfos } from "./edited.ts";
import { launchEditor, temporaryFile } from "./editor.ts";

/** What is done with an object after it was edited. Throws what the server has against it. */
export type Save = (edited: ServedInfo) => Promise<void>;

export interface EditOptions {
  /** Above the text: what it is about. */
  readonly header: string;
  readonly save: Save;
}

export const objectHeader = `# Please edit the object below. Lines beginning with a '#' will be ignored,
# and an empty file will abort the edit. If an error occurs while saving this file will be
# reopened with the relevant failures.
#
`;

/** Why the file must be edited again. */
interface Reason {
  readonly head: string;
  readonly other: readonly string[];
}

interface Outcome {
  readonly reasons: Reason[];
  retryable: number;
  missing: number;
}

/** Lets the reader edit all of them in one file. */
export async function editObjects(
  call: Call,
  infos: readonly ServedInfo[],
  options: EditOptions,
): Promise<void> {
  const { kubectl, flags } = call;
  const { files } = kubectl.process;
  const isJson = flags.has("output") && flags.string("output") === "json";
  const original = written(kubectl, infos, isJson);
  let text = original;
  let reasons: readonly Reason[] = [];
  let last = "";
  for (;;) {
    const path = temporaryFile(kubectl.process, "kubectl-edit-", isJson ? ".json" : ".yaml");
    files.write(path, (isJson ? "" : options.header + reasonText(reasons)) + text, { mode: 0o600 });
    const fail = async (error: unknown, kept: string): Promise<never> => {
      if (kept !== "" && files.kind(kept) !== undefined) {
        await kubectl.error(`A copy of your changes has been stored to ${quoted(kept)}`);
      }
      throw error;
    };
    await launchEditor(kubectl.process, path).catch((error: unknown) => fail(error, last));
    const edited = files.read(path);
    if (reasons.length > 0 && sameContent(text, edited)) {
      await fail(new CommandError("Edit cancelled, no valid changes were saved."), path);
    }
    if (last !== "") files.remove(last);
    last = path;
    if (sameContent(original, edited) || !hasLines(edited)) {
      files.remove(path);
      const why = hasLines(edited) ? "no changes made" : "saved file was empty";
      return kubectl.error(`Edit cancelled, ${why}.`);
    }
    const outcome = await attempt(call, { edited, infos, options }).catch((error: unknown) =>
      fail(error, path),
    );
    if (outcome.retryable > 0) {
      const again = `You can run \`kubectl replace -f ${path}\` to try this update again.`;
      throw new PlainError(again);
    }
    if (outcome.missing > 0) {
      const saved = `The edits you made on deleted resources have been saved to ${quoted(path)}`;
      throw new PlainError(saved);
    }
    if (outcome.reasons.length === 0) return files.remove(path);
    reasons = outcome.reasons;
    text = withoutComments(edited);
  }
}

/** The objects as the editor shows them: one as it is, several as a list. */
function written(
  { words }: Call["kubectl"],
  infos: readonly ServedInfo[],
  isJson: boolean,
): string {
  const objects = infos.map(({ object }) => object as KubeObject);
  const [first] = objects;
  const list = { apiVersion: "v1", items: objects, kind: "List", metadata: {} };
  const shown = objects.length === 1 && first ? first : list;
  return isJson ? `${jsonText(shown)}\n` : yamlText(shown, words);
}

interface Attempt {
  readonly edited: string;
  readonly infos: readonly ServedInfo[];
  readonly options: EditOptions;
}

async function attempt(call: Call, { edited, infos, options }: Attempt): Promise<Outcome> {
  const { kubectl, flags } = call;
  const outcome: Outcome = { reasons: [], retryable: 0, missing: 0 };
  const [first] = infos;
  let found: readonly ServedInfo[];
  try {
    const problem = flags.bool("validate") ? invalidity(call, edited) : undefined;
    if (problem !== undefined && first) {
      await kubectl.error(noted(outcome, named(kubectl, first), problem));
      return outcome;
    }
    found = await editedInfos(call, withoutComments(edited));
  } catch (error) {
    const { message } = expected(error);
    outcome.reasons.push({ head: `The edited file had a syntax error: ${message}`, other: [] });
    return outcome;
  }
  for (const { namespace } of found) {
    if (namespace === "" || namespace === kubectl.namespace) continue;
    throw new CommandError(
      `the namespace from the provided object ${quoted(namespace)} does not match the namespace ${quoted(kubectl.namespace)}. You must pass '--namespace=${namespace}' to perform this operation.`,
    );
  }
  for (const info of found) {
    info.object = annotated(call, info.object as KubeObject);
    try {
      await options.save(info);
    } catch (error) {
      const failure = expected(error);
      if (!(failure instanceof StatusError)) throw failure;
      await kubectl.error(noted(outcome, named(kubectl, info), failure));
    }
  }
  return outcome;
}

function annotated(call: Call, object: KubeObject): KubeObject {
  const saved = call.flags.bool("save-config") ? rememberApplied(object) : object;
  return call.flags.bool("record")
    ? annotate(saved, changeCauseKey, changeCause(call.kubectl))
    : saved;
}

function invalidity({ kubectl }: Call, edited: string): StatusError | undefined {
  for (const document of documents(withoutComments(edited), "edited-file")) {
    const why = kubectl.era.schema.validate(document);
    if (why === undefined) continue;
    const message = `Invalid value: "The edited file failed validation": ${why}`;
    return new StatusError({
      ...{ kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", code: 422 },
      ...{ reason: "Invalid", message },
      details: { causes: [{ reason: "FieldValueInvalid", field: "<nil>", message }] },
    });
  }
  return undefined;
}

/** With its group only where the release speaks of it. */
const named = ({ words }: Call["kubectl"], info: ServedInfo): ServedInfo =>
  words.editNamesGroups ? info : { ...info, mapping: { ...info.mapping, group: "" } };

/** Notes what is to be done about a failure; gives what is said of it at once. */
function noted(outcome: Outcome, { mapping, name }: ServedInfo, error: KubectlError): string {
  const { plural, group } = mapping;
  const subject = `${group ? `${plural}.${group}` : plural} ${quoted(name)}`;
  if (isReason(error, "Invalid")) {
    outcome.reasons.push({ head: `${subject} was not valid`, other: causesOf(error.status) });
    return `error: ${subject} is invalid`;
  }
  if (isReason(error, "NotFound")) {
    outcome.missing++;
    return `error: ${subject} could not be found on the server`;
  }
  outcome.retryable++;
  return `error: ${subject} could not be patched: ${error.message}`;
}

function reasonText(reasons: readonly Reason[]): string {
  const line = (text: string) => `# ${text.replace(/\n(?!#|$)/g, "\n# ")}\n`;
  return reasons
    .map(({ head, other }) => {
      const lines = other.map((each) => line(`* ${each}`));
      return `${line(other.length > 0 ? `${head}:` : head)}${lines.join("")}#\n`;
    })
    .join("");
}

const hasLines = (text: string): boolean =>
  text.split("\n").some((line) => line.trim() !== "" && !line.trim().startsWith("#"));

const withoutComments = (text: string): string =>
  text
    .split("\n")
    .filter((line) => !line.trim().startsWith("#"))
    .join("\n");

/** The same values, whatever stands beside them; the same lines where it cannot be read. */
function sameContent(a: string, b: string): boolean {
  const [first, second] = [withoutComments(a), withoutComments(b)];
  if (first === second) return true;
  try {
    return equal([...documents(first, "")], [...documents(second, "")]);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return false;
  }
}
