export type { AppAddons } from "./addons.ts";
export { larkCliVersion, runLarkCli, setUpLarkCli } from "./lark-cli.ts";
export { qrCode } from "./qr-code.ts";
export { registerApp, RegistrationError } from "./register-app.ts";
export type { RegisterAppOptions, RegisteredApp, RegistrationErrorCode, RegistrationLink } from "./register-app.ts";
export { batchImportScopes, wantedAddons } from "./wanted.ts";
