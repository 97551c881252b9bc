import type { ContextRequest, IngressDecision, IngressRequest, MessageContext } from "./inbound.ts";
import type { TurnRequest, TurnResult } from "./turn.ts";
import type { AgentRoute, HostConfig, PeerKind } from "./values.ts";

/** A file read for sending. */
export interface LoadedMedia {
  readonly buffer: Uint8Array;
  readonly contentType?: string | undefined;
  readonly fileName?: string | undefined;
  readonly kind?: string | undefined;
}

/** The runtime that the host hands to a plugin. */
export interface HostRuntime {
  readonly version: string;
  readonly config: { current(): HostConfig };
  readonly media: {
    loadWebMedia(url: string, options?: { maxBytes?: number; localRoots?: readonly string[] }): Promise<LoadedMedia>;
  };
  readonly state: { resolveStateDir(): string };
  readonly system: {
    enqueueSystemEvent(text: string, options: { sessionKey: string; contextKey: string }): unknown;
  };
  readonly channel: {
    readonly routing: {
      resolveAgentRoute(input: {
        cfg: HostConfig;
        channel: string;
        accountId: string;
        peer: { kind: PeerKind; id: string };
        parentPeer?: { kind: PeerKind; id: string };
      }): AgentRoute;
    };
    readonly inbound: {
      readonly ingress: { resolve(request: IngressRequest): Promise<IngressDecision> };
      buildContext(request: ContextRequest): MessageContext;
      run<Raw>(request: TurnRequest<Raw>): Promise<TurnResult>;
    };
    readonly pairing: {
      readAllowFromStore(input: { channel: "feishu"; accountId: string }): Promise<string[]>;
      upsertPairingRequest(input: {
        channel: "feishu";
        accountId: string;
        id: string;
        meta: Record<string, string>;
      }): Promise<{ code: string; created: boolean }>;
      buildPairingReply(input: { channel: "feishu"; idLine: string; code: string }): string;
    };
    readonly media: {
      saveMediaBuffer(
        buffer: Buffer,
        contentType: string | undefined,
        subdir: string,
        maxBytes: number,
        originalFilename?: string,
      ): Promise<{ path: string; contentType?: string }>;
    };
    readonly commands: { isControlCommandMessage(text: string, cfg: HostConfig): boolean };
  };
}
