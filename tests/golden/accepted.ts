// Commands of the transcripts whose output may differ, by `FILE:LINE`, each with the reason.

export const accepted: Readonly<Record<string, string>> = {
  "apply-03-patch.golden:38":
    "pods are being replaced: there, the status changed between kubectl's reading and its patch",
};
