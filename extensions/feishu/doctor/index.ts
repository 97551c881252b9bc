export { checkScopes } from "./check-app.ts";
export { examineFeishu } from "./examine.ts";
export type { ExamineOptions } from "./examine.ts";
export { explainFailure } from "./explain-failure.ts";
export type { Finding } from "./finding.ts";
