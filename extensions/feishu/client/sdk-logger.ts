import type { Client } from "@larksuiteoapi/node-sdk";

/**
 * Keeps the SDK's HTTP client quiet: it logs request bodies and whole errors, so people's text and tokens. Nothing is lost: every
 * failure reaches the caller as a typed error, and every call is logged by our transport.
 */
export const silentSdkLogger: Client["logger"] = { error() {}, warn() {}, info() {}, debug() {}, trace() {} };
