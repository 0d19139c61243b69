// The files of the workstation: a tree of the reader's home, and an editor for one of them. Before
// a manifest is applied it is shown what would change.

import { useSignal, useSignalEffect } from "@preact/signals";
import { session } from "../session/session.ts";
import { front, openTerminal, run } from "../session/terminals.ts";
import type { Comparison } from "../views/applied.ts";
import { DiffArea } from "./DiffArea.tsx";
import { EditorArea } from "./EditorArea.tsx";
import { FileActions } from "./FileActions.tsx";
import { FileTree } from "./FileTree.tsx";
import { Icon } from "./Icon.tsx";
import { LowerTabs } from "./LowerTabs.tsx";
import { lower, showFiles, showTerminal } from "./places.ts";

export function Files() {
  const path = useSignal<string | undefined>(undefined);
  const text = useSignal("");
  const isChanged = useSignal(false);
  const comparison = useSignal<Comparison | undefined>(undefined);
  const edit = session.edits.value[0];

  const show = (file: string | undefined, content: string) => {
    path.value = file;
    text.value = content;
    isChanged.value = false;
    comparison.value = undefined;
  };
  useSignalEffect(() => {
    const wanted = session.edits.value[0];
    if (!wanted) return;
    showFiles();
    show(wanted.path, wanted.text);
  });
  const open = async (file: string) => {
    const found = await session.read(file);
    if (found !== undefined) show(file, found);
  };
  const save = async () => {
    const file = path.value;
    if (file === undefined || !isChanged.value || edit) return;
    await session.do({ type: "save", path: file, text: text.value });
    isChanged.value = false;
  };
  const apply = async () => {
    comparison.value = undefined;
    await save();
    showTerminal();
    await run(`kubectl apply -f ${quoted(path.value ?? "")}`, { terminal: front.value });
  };
  const compare = async () => {
    const { comparisonOf } = await import("../views/applied.ts");
    const found = comparisonOf(text.value, session.state.value);
    if (found?.before && found.before !== found.after && hasMouse()) comparison.value = found;
    else await apply();
  };
  const finish = (isKept: boolean) => {
    if (edit) session.edited(edit, isKept ? text.value : undefined);
    show(undefined, "");
    showTerminal();
  };
  const isOpen = lower.value === "files";
  useSignalEffect(() => {
    // Whoever looks at the files opens one of them next.
    if (lower.value === "files" && hasMouse()) void import("./editor/monaco.ts");
  });
  return (
    <section class="files" aria-label="Files" hidden={!isOpen}>
      <div class="tabs">
        <p class="file-name">{path.value ? path.value.replace(/^\/home\/[^/]+/, "~") : "Files"}</p>
        {isChanged.value && <span class="changed">changed</span>}
        <div class="tab-tools">
          <FileActions
            path={path.value}
            isChanged={isChanged.value}
            isEdit={edit !== undefined}
            isCompared={comparison.value !== undefined}
            onSave={() => void save()}
            onCompare={() => void compare()}
            onApply={() => void apply()}
            onBack={() => {
              comparison.value = undefined;
            }}
            onFinish={finish}
          />
          <LowerTabs />
        </div>
      </div>
      <div class="files-body">
        {isOpen && session.status.value === "idle" && <NotYet />}
        {isOpen && session.status.value !== "idle" && (
          <FileTree current={path.value} onOpen={(file) => void open(file)} />
        )}
        {comparison.value && <DiffArea comparison={comparison.value} />}
        {path.value !== undefined && !comparison.value && (
          <EditorArea
            key={edit ? `edit ${edit.number}` : path.value}
            path={path.value}
            text={text}
            onChange={() => {
              isChanged.value = true;
            }}
            onSave={() => void save()}
          />
        )}
      </div>
    </section>
  );
}

const hasMouse = (): boolean => matchMedia("(pointer: fine)").matches;

/** As a shell has to have it, wherever the reader has gone: home is `~`. */
function quoted(path: string): string {
  const [, home = "", rest = path] = /^(?:(~\/)|\/home\/[^/]+\/)?(.*)$/s.exec(path) ?? [];
  const start = path === rest ? "" : home || "~/";
  return start + (/^[\w./-]+$/.test(rest) ? rest : `'${rest.replaceAll("'", "'\\''")}'`);
}

function NotYet() {
  return (
    <div class="empty">
      <p>The files are on the workstation.</p>
      <button type="button" class="button small" onClick={() => void openTerminal(0)}>
        <Icon name="play" />
        Start the cluster
      </button>
    </div>
  );
}
