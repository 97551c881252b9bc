import protobuf from "protobufjs/light.js";

/** A header of a long-connection frame. */
export interface FrameHeader {
  readonly key: string;
  readonly value: string;
}

/**
 * One message of the long connection.
 * @see the reference's section 8.1 (`pbbp2` of the SDKs)
 */
export interface Frame {
  readonly SeqID: number;
  readonly LogID: number;
  readonly service: number;
  /** 0 control, 1 data. */
  readonly method: number;
  readonly headers: readonly FrameHeader[];
  readonly payload?: Uint8Array | undefined;
}

const field = (name: string, id: number, type: string, rule?: string): protobuf.Field =>
  new protobuf.Field(name, id, type, rule);

const Header = new protobuf.Type("Header")
  .add(field("key", 1, "string", "required"))
  .add(field("value", 2, "string", "required"));
const FrameType = new protobuf.Type("Frame")
  .add(field("SeqID", 1, "uint64", "required"))
  .add(field("LogID", 2, "uint64", "required"))
  .add(field("service", 3, "int32", "required"))
  .add(field("method", 4, "int32", "required"))
  .add(field("headers", 5, "Header", "repeated"))
  .add(field("payloadEncoding", 6, "string"))
  .add(field("payloadType", 7, "string"))
  .add(field("payload", 8, "bytes"))
  .add(field("LogIDNew", 9, "string"));
new protobuf.Root().define("pbbp2").add(Header).add(FrameType);

/** Bytes of a frame. */
export function encodeFrame(frame: Frame): Uint8Array {
  return FrameType.encode(FrameType.fromObject({ ...frame, headers: [...frame.headers] })).finish();
}

/** The frame, or `undefined` when the bytes are none. */
export function decodeFrame(bytes: Uint8Array): Frame | undefined {
  try {
    // toObject gives the fields of the type above; numbers because no id here passes 2^53.
    return FrameType.toObject(FrameType.decode(bytes), { longs: Number, arrays: true }) as Frame;
  } catch {
    return undefined;
  }
}

/** The value of a header, `undefined` when it is not there. */
export function frameHeader(frame: Frame, key: string): string | undefined {
  return frame.headers.find((header) => header.key === key)?.value;
}
