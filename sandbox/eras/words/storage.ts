// What the API server of each era says of volumes and claims that it refuses.

import type { StorageWords } from "../../api/words/storage.ts";

export const v1_3: StorageWords = {
  noAccessModes: "at least 1 accessMode is required",
  claimImmutable: "spec is immutable once a claim has been bound to a volume",
  sourceImmutable: undefined,
  withDifference: false,
};

export const v1_5: StorageWords = {
  ...v1_3,
  noAccessModes: "at least 1 access mode is required",
  claimImmutable: "field is immutable after creation",
};

export const v1_11: StorageWords = {
  ...v1_5,
  claimImmutable: "is immutable after creation except resources.requests for bound claims",
  sourceImmutable: "is immutable after creation",
};

export const v1_20: StorageWords = {
  noAccessModes: "at least 1 access mode is required",
  claimImmutable: "spec is immutable after creation except resources.requests for bound claims",
  sourceImmutable: "spec.persistentvolumesource is immutable after creation",
  withDifference: true,
};

export const v1_34: StorageWords = {
  ...v1_20,
  claimImmutable:
    "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims",
};
