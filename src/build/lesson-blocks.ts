// A plugin of the Markdown compiler, for MDX: console blocks become <Console>, and what stands
// under a second-level heading is wrapped in <Section>, so that slides can take it on its own.

import type { MdastPluginEntry } from "satteri";
import { lessonId, slugOf } from "../lessons/slug.ts";
import { textOf } from "../lessons/steps.ts";

interface Attribute {
  readonly type: "mdxJsxAttribute";
  readonly name: string;
  readonly value: string;
}

const attribute = (name: string, value: string): Attribute => ({
  type: "mdxJsxAttribute",
  name,
  value,
});

export const lessonBlocks: MdastPluginEntry = ({ sourceFormat }) => {
  if (sourceFormat !== "mdx") return null;
  let consoles = 0;
  return {
    name: "lesson-blocks",
    code(node, context) {
      if (node.lang !== "console") return;
      context.replaceNode(node, {
        type: "mdxJsxFlowElement",
        name: "Console",
        attributes: [
          attribute("text", node.value),
          attribute("meta", node.meta ?? ""),
          attribute("number", String(consoles++)),
        ],
        children: [],
      });
    },
  };
};

/** Runs after the other, whose blocks it moves. */
export const lessonSections: MdastPluginEntry = ({ sourceFormat, fileURL }) => {
  if (sourceFormat !== "mdx") return null;
  const path = fileURL?.pathname ?? "";
  const lesson = lessonId(/\/content\/lessons\/(.*)$/.exec(path)?.[1] ?? "");
  return {
    name: "lesson-sections",
    before(root, context) {
      const top: (typeof root.children)[number][] = [];
      let section: (typeof root.children)[number][] | undefined;
      for (const node of root.children) {
        if (node.type === "heading" && node.depth === 2) {
          const title = textOf(node);
          section = [node];
          top.push({
            type: "mdxJsxFlowElement",
            name: "Section",
            attributes: [attribute("lesson", lesson), attribute("slug", slugOf(title))],
            children: section,
          } as (typeof root.children)[number]);
        } else (section ?? top).push(node);
      }
      context.replaceNode(root, { type: "root", children: top });
    },
  };
};
