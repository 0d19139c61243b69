// Commands of the transcripts whose output may differ, by `FILE:LINE`, each with the reason.

export const accepted: Readonly<Record<string, string>> = {};
