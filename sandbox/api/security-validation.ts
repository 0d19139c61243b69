// What must be right with the security contexts of pods and containers.
// pkg/apis/core/validation/validation.go ValidatePodSecurityContext, ValidateSecurityContext.
// differs: options for Windows are not looked at.

import {
  duplicate,
  type FieldError,
  invalid,
  invalids,
  notSupported,
  required,
} from "./field-error.ts";
import { goStruct } from "./go-value.ts";
import { rangeProblems } from "./names.ts";
import type { Container, PodSpec } from "./pod.ts";
import { relativePath } from "./volume-validation.ts";

type PodContext = NonNullable<PodSpec["securityContext"]>;
type ContainerContext = NonNullable<Container["securityContext"]>;

const MAX = 2 ** 31 - 1;

function validateIds(context: Readonly<Record<string, unknown>>, field: string): FieldError[] {
  return ["fsGroup", "runAsUser", "runAsGroup"].flatMap((name) => {
    const id = context[name];
    return typeof id === "number"
      ? invalids(`${field}.${name}`, id, rangeProblems(id, 0, MAX))
      : [];
  });
}

const SYSCTL = "([a-z0-9]([-_a-z0-9]*[a-z0-9])?\\.)*[a-z0-9]([-_a-z0-9]*[a-z0-9])?";

export function validatePodSecurityContext(
  context: PodContext,
  field: string,
  { hostPID }: Pick<PodSpec, "hostPID">,
): FieldError[] {
  const errors = validateIds(context, field);
  const groups = (context["supplementalGroups"] ?? []) as readonly number[];
  for (const [index, id] of groups.entries()) {
    errors.push(
      ...invalids(`${field}.supplementalGroups[${index}]`, id, rangeProblems(id, 0, MAX)),
    );
  }
  if (context["shareProcessNamespace"] && hostPID) {
    const text = "ShareProcessNamespace and HostPID cannot both be enabled";
    errors.push(invalid(`${field}.shareProcessNamespace`, true, text));
  }
  const sysctls = (context["sysctls"] ?? []) as readonly { readonly name: string }[];
  for (const [index, { name }] of sysctls.entries()) {
    const path = `${field}.sysctls[${index}].name`;
    if (!name) errors.push(required(path));
    else if (name.length > 253 || !new RegExp(`^${SYSCTL}$`).test(name)) {
      errors.push(
        invalid(path, name, `must have at most 253 characters and match regex ${SYSCTL}`),
      );
    } else if (sysctls.slice(0, index).some((each) => each.name === name)) {
      errors.push(duplicate(path, name));
    }
  }
  const policy = context["fsGroupChangePolicy"] as string | undefined;
  const policies = ["Always", "OnRootMismatch"];
  if (policy !== undefined && !policies.includes(policy)) {
    errors.push(notSupported(`${field}.fsGroupChangePolicy`, policy, policies));
  }
  return [...errors, ...validateSeccomp(context, `${field}.seccompProfile`)];
}

export function validateSecurityContext(context: ContainerContext, field: string): FieldError[] {
  const errors = validateIds(context, field);
  const procMount = context["procMount"] as string | undefined;
  const mounts = ["Default", "Unmasked"];
  if (procMount !== undefined && !mounts.includes(procMount)) {
    errors.push(notSupported(`${field}.procMount`, procMount, mounts));
  }
  errors.push(...validateSeccomp(context, `${field}.seccompProfile`));
  if (context["allowPrivilegeEscalation"] !== false) return errors;
  const capabilities = context["capabilities"] as { add?: readonly string[] } | undefined;
  const refuse = (what: string) =>
    errors.push(
      invalid(
        field,
        goStruct("core.SecurityContext", context),
        `cannot set \`allowPrivilegeEscalation\` to false and ${what}`,
      ),
    );
  if (context.privileged) refuse("`privileged` to true");
  if (capabilities?.add?.includes("CAP_SYS_ADMIN")) refuse("`capabilities.Add` CAP_SYS_ADMIN");
  return errors;
}

interface SeccompProfile {
  readonly type?: string;
  readonly localhostProfile?: string;
}

function validateSeccomp(context: Readonly<Record<string, unknown>>, field: string): FieldError[] {
  const profile = context["seccompProfile"] as SeccompProfile | undefined;
  if (!profile) return [];
  const { type, localhostProfile } = profile;
  const types = ["Localhost", "RuntimeDefault", "Unconfined"];
  const errors: FieldError[] = [];
  if (!type) errors.push(required(`${field}.type`, "type is required when seccompProfile is set"));
  else if (!types.includes(type)) errors.push(notSupported(`${field}.type`, type, types));
  const path = `${field}.localhostProfile`;
  if (type === "Localhost") {
    if (localhostProfile !== undefined) return [...errors, ...relativePath(localhostProfile, path)];
    return [...errors, required(path, "must be set when seccomp type is Localhost")];
  }
  if (localhostProfile === undefined) return errors;
  const value = goStruct("core.SeccompProfile", profile);
  return [...errors, invalid(path, value, "can only be set when seccomp type is Localhost")];
}
