import { SECRET_VARIABLE } from "./values.ts";

interface Cli {
  readonly flags: string;
  readonly description: string;
}
interface TextField {
  readonly kind: "string";
  readonly sensitive?: true;
  readonly cli: Cli;
}
interface FlagField {
  readonly kind: "boolean";
  /** Have to be set when the flag is given. */
  readonly envVars: readonly string[];
  readonly cli: Cli;
}

/**
 * Options of `openclaw channels add --channel feishu`. `package.json` repeats them under `openclaw.channel.setup.fields`, because the
 * host's command line knows no others and does not load plugins to find out.
 */
export const setupFields: Readonly<Record<"appId" | "appSecret" | "domain", TextField> & Record<"useEnv", FlagField>> =
  {
    appId: {
      kind: "string",
      cli: { flags: "--app-id <id>", description: "App ID (cli_…) from the developer console" },
    },
    appSecret: {
      kind: "string",
      sensitive: true,
      cli: { flags: "--app-secret <secret>", description: "App secret, next to the app ID" },
    },
    useEnv: {
      kind: "boolean",
      envVars: [SECRET_VARIABLE],
      cli: { flags: "--use-env", description: `Take the app secret from ${SECRET_VARIABLE} instead` },
    },
    domain: {
      kind: "string",
      cli: { flags: "--domain <cloud>", description: "feishu (China), lark (international) or the base URL of an API" },
    },
  };
