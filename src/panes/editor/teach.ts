// Teaches Monaco what the era knows: what could be written, and what a field means.

import * as monaco from "monaco-editor/editor";
import { cursorAt } from "./cursor.ts";
import { schemaOf, textsOf } from "./schemas.ts";
import { subjectAt, suggestionsAt } from "./suggest.ts";

let taught = "";
let forget: monaco.IDisposable[] = [];

/** From now on YAML is of this era. */
export function teach(era: string): void {
  if (taught === era) return;
  taught = era;
  for (const one of forget) one.dispose();
  forget = [
    monaco.languages.registerCompletionItemProvider("yaml", {
      triggerCharacters: [" ", "\n"],
      provideCompletionItems: (model, position) => completions(era, model, position),
    }),
    monaco.languages.registerHoverProvider("yaml", {
      provideHover: (model, position) => explanation(era, model, position),
    }),
  ];
}

type Model = monaco.editor.ITextModel;

async function completions(era: string, model: Model, position: monaco.Position) {
  const { lineNumber, column } = position;
  const cursor = cursorAt(model.getValue(), lineNumber - 1, column - 1);
  const texts = await textsOf(era);
  const range = {
    startLineNumber: lineNumber,
    endLineNumber: lineNumber,
    startColumn: column - cursor.word.length,
    endColumn: column,
  };
  const isValue = cursor.key !== undefined;
  return {
    suggestions: suggestionsAt(schemaOf(era), cursor).map((suggestion, index) => ({
      label: suggestion.label,
      kind: isValue
        ? monaco.languages.CompletionItemKind.Value
        : monaco.languages.CompletionItemKind.Field,
      insertText: suggestion.insert,
      insertTextRules: monaco.languages.CompletionItemInsertTextRule.KeepWhitespace,
      detail: suggestion.detail,
      documentation: texts[suggestion.owner]?.[isValue ? "" : suggestion.label] ?? "",
      // Required fields first, then in the order of the API.
      sortText: `${suggestion.isRequired ? 0 : 1}${String(index).padStart(4, "0")}`,
      range,
    })),
  };
}

async function explanation(era: string, model: Model, position: monaco.Position) {
  const word = model.getWordAtPosition(position);
  if (!word) return null;
  const { lineNumber } = position;
  const cursor = cursorAt(model.getValue(), lineNumber - 1, word.startColumn - 1);
  const subject = subjectAt(schemaOf(era), cursor, word.word);
  if (!subject) return null;
  const text = (await textsOf(era))[subject.owner]?.[subject.name];
  const { startColumn, endColumn } = word;
  return {
    range: new monaco.Range(lineNumber, startColumn, lineNumber, endColumn),
    contents: [
      { value: `**${subject.name}** \`${subject.detail}\`` },
      ...(text ? [{ value: text.replace(/[<>]/g, "\\$&") }] : []),
    ],
  };
}
