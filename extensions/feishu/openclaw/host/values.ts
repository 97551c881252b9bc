/**
 * A value that the host made and gets back unchanged. `never` fits any type of the host's; handing one over takes a cast, whose
 * truth is that the value came from the host.
 */
export type HostValue = never;

/** The host's configuration file, as far as it concerns a channel. */
export interface HostConfig {
  readonly channels?: object | undefined;
  readonly plugins?: object | undefined;
  readonly agents?: object | undefined;
}

/** Where a message goes inside the host: which agent, which session. */
export interface AgentRoute {
  readonly agentId: string;
  readonly sessionKey: string;
}

/** `direct` for a chat with one person. */
export type PeerKind = "direct" | "group";
