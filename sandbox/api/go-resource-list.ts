// Amounts by name as Go prints the server's own type for them (`%#v`).
// apimachinery/pkg/api/resource/quantity.go Quantity, ParseQuantity.

import { GoValue } from "./field-error.ts";
import { parseQuantity } from "./quantity.ts";

const NANO = 1_000_000_000n;

const formats = { binary: "BinarySI", decimal: "DecimalSI", exponent: "DecimalExponent" } as const;

/** `core.ResourceList{"memory":resource.Quantity{i:resource.int64Amount{…}, …}}`. */
export function goResourceList(amounts: Readonly<Record<string, string>> | undefined): GoValue {
  if (!amounts) return new GoValue("core.ResourceList(nil)");
  const members = Object.keys(amounts)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${goQuantity(amounts[name] as string)}`);
  return new GoValue(`core.ResourceList{${members.join(", ")}}`, JSON.stringify(amounts));
}

function goQuantity(text: string): string {
  const { nano, format } = parseQuantity(text) ?? { nano: 0n, format: "decimal" as const };
  const { value, scale } = format === "binary" ? { value: nano / NANO, scale: 0 } : scaled(nano);
  const amount = `resource.int64Amount{value:${value}, scale:${scale}}`;
  const none = "resource.infDecAmount{Dec:(*inf.Dec)(nil)}";
  return `resource.Quantity{i:${amount}, d:${none}, s:${JSON.stringify(text)}, Format:"${formats[format]}"}`;
}

/** With the largest power of a thousand taken out: suffixes of ten say nothing else. */
function scaled(nano: bigint): { value: bigint; scale: number } {
  let value = nano;
  let scale = -9;
  while (value !== 0n && value % 1_000n === 0n) {
    value /= 1_000n;
    scale += 3;
  }
  return value === 0n ? { value, scale: 0 } : { value, scale };
}
