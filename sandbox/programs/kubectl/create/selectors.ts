// Selectors as text that become part of an object. apimachinery pkg/apis/meta/v1/helpers.go
// ParseToLabelSelector.

import { parseSelector } from "../../../api/labels.ts";
import type { LabelSelector } from "../../../api/meta.ts";
import { isReason } from "../../../api/status.ts";
import { CommandError } from "../cli/errors.ts";

const operators = {
  in: "In",
  notin: "NotIn",
  "!=": "NotIn",
  exists: "Exists",
  "!": "DoesNotExist",
} as const;

export function parseLabelSelector(text: string): LabelSelector {
  const selector: LabelSelector = {};
  for (const { key, operator, values } of parsed(text)) {
    if (operator === "=")
      selector.matchLabels = { ...selector.matchLabels, [key]: values[0] ?? "" };
    else if (operator === "gt" || operator === "lt") {
      throw new CommandError(`${JSON.stringify(operator)} isn't supported in label selectors`);
    } else {
      const requirement = {
        key,
        operator: operators[operator],
        ...(values.length > 0 && { values: [...values] }),
      };
      selector.matchExpressions = [...(selector.matchExpressions ?? []), requirement];
    }
  }
  return selector;
}

function parsed(text: string): ReturnType<typeof parseSelector> {
  try {
    return parseSelector(text);
  } catch (error) {
    if (!isReason(error, "BadRequest")) throw error;
    throw new CommandError(`couldn't parse the selector string "${text}": ${error.message}`);
  }
}
