export { knownToday } from "./known-today.ts";
export { DEFAULT_BUDGET, EYES_QUESTIONS, planProbe, PROBE_QUESTIONS, runProbe } from "./probe.ts";
export type { ProbeOptions, ProbePlan, ProbeProgress } from "./probe.ts";
export { ProbeError } from "./probe-client.ts";
export { formatWorldFile, parseWorldFile, WorldFileError } from "./world-file.ts";
export type { WorldFile } from "./world-file.ts";
