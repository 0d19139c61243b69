// kubectl why TYPE/NAME: a plugin that ships with the sandbox and tells from the trace why
// something is as it is. The real kubectl has no such command; what is told is what the controllers
// and the scheduler decided, never worked out again here.

import type { Era } from "../../api/era.ts";
import type { KubeObject } from "../../api/meta.ts";
import { parseTime } from "../../api/time.ts";
import type { Program } from "../../machine/process.ts";
import type { Trace } from "../../sim/trace.ts";
import { type Call, defineCommand } from "../kubectl/cli/command.ts";
import { dispatch } from "../kubectl/cli/dispatch.ts";
import { CommandError } from "../kubectl/cli/errors.ts";
import type { Kubectl } from "../kubectl/cli/kubectl.ts";
import { selectorFlag } from "../kubectl/cli/shared-flags.ts";
import type { ServedInfo } from "../kubectl/input/info.ts";
import { type Answer, answerText } from "./answer.ts";
import { involvedIn } from "./involved.ts";
import { statusReasons } from "./status-reasons.ts";

/** How far it follows what something waits for: set, pod, claim. */
const DEPTH = 3;

/** The program `kubectl-why`, to be put on a workstation's PATH. */
export function why(era: Era, trace: Trace): Program {
  const command = defineCommand({
    name: "why",
    usage: "(TYPE NAME | TYPE/NAME ...)",
    short: "Say why something is as it is, by whom that was decided, and what would change it",
    examples: [
      "# Why is this claim pending?",
      "kubectl why pvc/data-consul-0",
      "",
      "# Why has this pod no node, or why this one?",
      "kubectl why pod consul-0",
    ],
    completes: "type",
    flags: [selectorFlag],
    run: (call) => tell(call, trace),
  });
  return (process) =>
    dispatch(process, era, {
      commands: [command],
      words: ["why", ...process.argv.slice(1)],
      help: () => "",
    });
}

async function tell({ kubectl, flags, args }: Call, trace: Trace): Promise<void> {
  if (args.length === 0) throw new CommandError("You must say what: kubectl why TYPE/NAME");
  const selector = flags.string("selector").trim();
  const selection = await kubectl.select({
    ...{ args, typeMeansAll: true },
    ...(selector !== "" && { selector }),
  });
  await selection.visit(async (info) => {
    const { mapping, object } = info as ServedInfo;
    if (!object) return;
    const told = await explain({ ...object, kind: mapping.kind }, { kubectl, trace, depth: DEPTH });
    await kubectl.out(answerText(told, { now: kubectl.now(), span: (ms) => kubectl.span(ms) }));
  });
}

interface Inquiry {
  readonly kubectl: Kubectl;
  readonly trace: Trace;
  readonly depth: number;
}

/** What is known about an object, and about what it waits for. */
async function explain(object: KubeObject, inquiry: Inquiry): Promise<Answer> {
  const { kubectl, trace, depth } = inquiry;
  const { kind, metadata } = object;
  const { namespace = "", name } = metadata;
  // Another object may have had the name before.
  const born = parseTime(metadata.creationTimestamp) ?? 0;
  const answers: Answer[] = [];
  const others = depth > 0 ? involvedIn(object) : [];
  for (const other of others) {
    const found = await look(kubectl, other);
    if (!found) continue;
    const answer = await explain(found, { ...inquiry, depth: depth - 1 });
    if (answer.reasons.length > 0 || answer.decisions.length > 0) answers.push(answer);
  }
  return {
    about: { kind, namespace, name },
    decisions: trace
      .about({ kind, ...(namespace !== "" && { namespace }), name })
      .filter(({ at }) => at >= born)
      .toReversed(),
    reasons: statusReasons(object),
    involved: answers,
  };
}

/** The object, if it is there. */
async function look(
  kubectl: Kubectl,
  { type, namespace, name }: { type: string; namespace: string; name: string },
): Promise<KubeObject | undefined> {
  const selection = await kubectl.select({ args: [`${type}/${name}`], namespace });
  const { infos } = await selection.infos();
  const [info] = infos;
  const { mapping, object } = (info ?? {}) as Partial<ServedInfo>;
  return object && mapping && { ...object, kind: mapping.kind };
}
