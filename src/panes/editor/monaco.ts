// The editor: Monaco with the few of its features that a YAML file needs. What it suggests,
// explains and marks comes from the schema of the scene's era. Loaded when a file is first opened.

import * as monaco from "monaco-editor/editor";
import "monaco-editor/features/bracketMatching/register";
import "monaco-editor/features/clipboard/register";
import "monaco-editor/features/comment/register";
import "monaco-editor/features/find/register";
import "monaco-editor/features/folding/register";
import "monaco-editor/features/gotoError/register";
import "monaco-editor/features/hover/register";
import "monaco-editor/features/linesOperations/register";
import "monaco-editor/features/toggleTabFocusMode/register";
import "monaco-editor/features/wordOperations/register";
// The feature's own file does not register it in this release.
import "monaco-editor/editor/contrib/suggest/browser/suggestController.js";
import "monaco-editor/languages/definitions/yaml/register";
import EditorWorker from "monaco-editor/editor/editor.worker.js?worker";
import { problemsIn } from "./problems.ts";
import { schemaOf } from "./schemas.ts";
import { teach } from "./teach.ts";
import { followTheme } from "./theme.ts";

self.MonacoEnvironment = { getWorker: () => new EditorWorker() };

export interface EditorOptions {
  readonly path: string;
  readonly text: string;
  readonly era: string;
  readonly onChange: (text: string) => void;
  readonly onSave: () => void;
}

/** How long after the last key what is wrong is marked. */
const STILL_MS = 400;

const shared = {
  automaticLayout: true,
  bracketPairColorization: { enabled: false },
  fixedOverflowWidgets: true,
  fontFamily: '"JetBrains Mono Variable", monospace',
  fontLigatures: false,
  fontSize: 13,
  lineHeight: 20,
  lineNumbersMinChars: 3,
  minimap: { enabled: false },
  overviewRulerLanes: 0,
  renderLineHighlight: "none",
  scrollBeyondLastLine: false,
  scrollbar: { verticalScrollbarSize: 8, horizontalScrollbarSize: 8 },
} as const;

/** Fills an element with an editor. Returns how to close it. */
export function openEditor(element: HTMLElement, options: EditorOptions): () => void {
  const isYaml = /\.ya?ml$/.test(options.path) || /^apiVersion:/m.test(options.text);
  const schema = schemaOf(options.era);
  const stopTheme = followTheme();
  teach(options.era);
  const editor = monaco.editor.create(element, {
    ...shared,
    value: options.text,
    language: isYaml ? "yaml" : "plaintext",
    ariaLabel: `Text of ${options.path}. Ctrl and M lets Tab leave the editor.`,
    padding: { top: 8, bottom: 8 },
    quickSuggestions: { other: true, comments: false, strings: true },
    tabSize: 2,
    wordBasedSuggestions: "off",
  });
  let timer: ReturnType<typeof setTimeout>;
  const mark = () => {
    const model = editor.getModel();
    if (!model || !isYaml) return;
    const markers = problemsIn(schema, model.getValue()).map((problem) => ({
      message: problem.message,
      severity: problem.isError ? monaco.MarkerSeverity.Error : monaco.MarkerSeverity.Warning,
      startLineNumber: problem.line,
      startColumn: problem.column,
      endLineNumber: problem.endLine,
      endColumn: problem.endColumn,
    }));
    monaco.editor.setModelMarkers(model, "kennel", markers);
  };
  mark();
  editor.onDidChangeModelContent(() => {
    options.onChange(editor.getValue());
    clearTimeout(timer);
    timer = setTimeout(mark, STILL_MS);
  });
  editor.addCommand(monaco.KeyMod.CtrlCmd | monaco.KeyCode.KeyS, options.onSave);
  return () => {
    clearTimeout(timer);
    stopTheme();
    editor.getModel()?.dispose();
    editor.dispose();
  };
}

/** Fills an element with two texts side by side. Returns how to close it. */
export function openDiff(element: HTMLElement, before: string, after: string): () => void {
  const stopTheme = followTheme();
  const original = monaco.editor.createModel(before, "yaml");
  const modified = monaco.editor.createModel(after, "yaml");
  const editor = monaco.editor.createDiffEditor(element, {
    ...shared,
    readOnly: true,
    renderOverviewRuler: false,
    renderSideBySide: element.clientWidth > 700,
    hideUnchangedRegions: { enabled: true },
    originalAriaLabel: "As it is",
    modifiedAriaLabel: "As it will be",
  });
  editor.setModel({ original, modified });
  return () => {
    stopTheme();
    editor.dispose();
    original.dispose();
    modified.dispose();
  };
}
