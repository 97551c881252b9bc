export { FeedError } from "./part.ts";
export type { FeedPart } from "./part.ts";
export { fromBody, TextReader } from "./from-wire.ts";
export type { WireOptions } from "./from-wire.ts";
export { readSource } from "./source.ts";
export type { AiSdkResult, ReadSourceOptions, TextSource } from "./source.ts";
export { failureOf, feedReply, readInto, takePart } from "./feed-reply.ts";
export type { FedReply, FeedOptions } from "./feed-reply.ts";
export { DryReply } from "./dry-reply.ts";
export { readCards, readView } from "./stream-notes.ts";
export type { StreamView } from "./stream-notes.ts";
export { SharedStreams } from "./shared-streams.ts";
export type { SharedStreamOpener, SharedStreamsOptions } from "./shared-streams.ts";
export { LocalStreams } from "./stream-registry.ts";
export type { MayWrite, StreamOpener, StreamRegistry } from "./stream-registry.ts";
export { RemoteStreamError, RemoteStreams } from "./remote-streams.ts";
export type {
  RemoteStream,
  RemoteStreamEnd,
  RemoteStreamErrorCode,
  RemoteStreamsLimits,
  RemoteStreamsOptions,
} from "./remote-streams.ts";
