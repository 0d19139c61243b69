// Kinds that every cluster knows and this one has none of: they can be listed, and nothing more.
// differs: certificates, webhooks, custom resources and the like are not simulated; whoever makes
// one is told so. Kinds of which real clusters have some from the beginning are left out.

import { ageColumn, createdColumn, nameColumn } from "./columns.ts";
import { defineResource, type Resource } from "./resource.ts";

/**
 * Group, versions, kind, plural, and short names. All are cluster-wide unless marked with a dot.
 */
const table = `
admissionregistration.k8s.io v1,v1beta1 MutatingWebhookConfiguration mutatingwebhookconfigurations
admissionregistration.k8s.io v1,v1beta1 ValidatingWebhookConfiguration validatingwebhookconfigurations
admissionregistration.k8s.io v1 ValidatingAdmissionPolicy validatingadmissionpolicies
admissionregistration.k8s.io v1 ValidatingAdmissionPolicyBinding validatingadmissionpolicybindings
apiextensions.k8s.io v1,v1beta1 CustomResourceDefinition customresourcedefinitions crd,crds
certificates.k8s.io v1,v1beta1 CertificateSigningRequest certificatesigningrequests csr
node.k8s.io v1,v1beta1 RuntimeClass runtimeclasses
policy v1beta1 PodSecurityPolicy podsecuritypolicies psp
resource.k8s.io v1 DeviceClass deviceclasses
resource.k8s.io v1 .ResourceClaim resourceclaims
resource.k8s.io v1 .ResourceClaimTemplate resourceclaimtemplates
resource.k8s.io v1 ResourceSlice resourceslices
storage.k8s.io v1 .CSIStorageCapacity csistoragecapacities
storage.k8s.io v1 VolumeAttributesClass volumeattributesclasses vac
`;

/** Kinds without columns of their own. */
const bare = ["ValidatingWebhookConfiguration", "CustomResourceDefinition"];

export const listedKinds: readonly Resource[] = table
  .trim()
  .split("\n")
  .map((line) => {
    const [group = "", versions = "", name = "", plural = "", shortNames = ""] = line.split(" ");
    const [version = "", ...others] = versions.split(",");
    const kind = name.replace(".", "");
    return defineResource({
      ...{ group, version, kind, plural },
      singular: kind.toLowerCase(),
      shortNames: shortNames ? shortNames.split(",") : [],
      namespaced: name.startsWith("."),
      alsoIn: others.map((each) => `${group}/${each}`),
      verbs: ["get", "list", "watch"],
      notSimulated: true,
      columns: [nameColumn, bare.includes(kind) ? createdColumn : ageColumn],
    });
  });
