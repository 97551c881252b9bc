/** Where an app takes its events by HTTP. */
export interface Webhook {
  readonly url: string;
  /** Encrypts the body and signs the request when set. */
  readonly encryptKey?: string | undefined;
  readonly verificationToken?: string | undefined;
}

/** A Feishu app and its bot. The mutable fields provoke error codes. */
export interface App {
  readonly appId: string;
  readonly appSecret: string;
  name: string;
  readonly tenantKey: string;
  /** The bot's own open_id, as `bot.info` gives it. */
  readonly botOpenId: string;
  readonly verificationToken: string;
  webhook: Webhook | undefined;
  /** Granted scopes; `"*"` grants all. */
  scopes: Set<string>;
  /** 99991662 when false. */
  enabled: boolean;
  /** 230006 when false. */
  botAbility: boolean;
  /** Monthly calls left; 99991403 at 0, no limit when undefined. */
  quota: number | undefined;
  /** Addresses that may call; others get 99991401. No list, no check. */
  ipAllowList: readonly string[] | undefined;
  /** Events and callbacks it subscribes to; undefined: everything there is. */
  subscriptions?: { readonly events: readonly string[]; readonly callbacks: readonly string[] } | undefined;
  /** A store (ISV) app gets its tokens with an app ticket. */
  readonly isv: boolean;
  ticket: string | undefined;
}
