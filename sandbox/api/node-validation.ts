// What must be right with a node, and what of it may change. pkg/apis/core/validation/validation.go
// ValidateNode, ValidateNodeUpdate.

import { validateTaints } from "./affinity-validation.ts";
import { equal } from "./clone.ts";
import { duplicate, type FieldError, forbiddenField, invalid } from "./field-error.ts";
import { goList, goStruct } from "./go-value.ts";
import { parseCidr } from "./ip.ts";
import type { Node } from "./node.ts";
import type { Context } from "./resource.ts";
import { validateResourceQuantity } from "./resource-validation.ts";

function validateAmounts({ status }: Node): FieldError[] {
  return (["capacity", "allocatable"] as const).flatMap((list) => {
    const amounts = status?.[list] ?? {};
    return Object.keys(amounts).flatMap((name) =>
      validateResourceQuantity(name, amounts[name] as string, `status.${list}.${name}`),
    );
  });
}

export function validateNode(node: Node, { era }: Context): FieldError[] {
  const { taints = [], podCIDRs = [] } = node.spec ?? {};
  const errors = [
    // Upstream looks for them in the metadata.
    ...validateTaints(taints, "metadata.taints", era),
    ...validateAmounts(node),
  ];
  for (const [index, range] of podCIDRs.entries()) {
    if (parseCidr(range) || range.includes(":")) continue;
    const field = `spec.podCIDRs[${index}]`;
    errors.push(invalid(field, goList("string", podCIDRs), "must be valid CIDR"));
  }
  return errors;
}

const ONCE = 'except from "" to valid';

export function validateNodeUpdate(node: Node, old: Node, { era }: Context): FieldError[] {
  const errors = validateAmounts(node);
  const addresses = node.status?.addresses ?? [];
  for (const [index, address] of addresses.entries()) {
    if (!addresses.slice(0, index).some((each) => equal(each, address))) continue;
    const value = goStruct("core.NodeAddress", address);
    errors.push(duplicate(`status.addresses[${index}]`, value));
  }
  const { podCIDR, podCIDRs, providerID } = old.spec ?? {};
  const now = node.spec ?? {};
  if (podCIDRs?.length && !equal(podCIDRs, now.podCIDRs)) {
    errors.push(forbiddenField("spec.podCIDRs", `node updates may not change podCIDR ${ONCE}`));
  }
  if (providerID && providerID !== now.providerID) {
    errors.push(
      forbiddenField("spec.providerID", `node updates may not change providerID ${ONCE}`),
    );
  }
  if (now.taints) errors.push(...validateTaints(now.taints, "metadata.taints", era));
  const fixed = (spec: Node["spec"]) => {
    const {
      taints: _t,
      unschedulable: _u,
      podCIDR: _c,
      podCIDRs: _l,
      providerID: _p,
      ...rest
    } = spec;
    return rest;
  };
  const moved = podCIDR !== undefined && podCIDR !== now.podCIDR;
  if (moved || !equal(fixed(now), fixed(old.spec ?? {}))) {
    const text =
      "node updates may only change labels, taints, or capacity (or configSource, if the DynamicKubeletConfig feature gate is enabled)";
    errors.push(forbiddenField("[]", text));
  }
  return errors;
}
