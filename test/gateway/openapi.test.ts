import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { PROBLEM_CODES } from "../../src/gateway/index.ts";
import { createGatewayBench } from "../support/gateway-bench.ts";
import type { GatewayAnswer, GatewayBench } from "../support/gateway-bench.ts";

interface Operation {
  readonly operationId: string;
  readonly security: readonly object[];
  readonly parameters: readonly { name: string; in: string; required: boolean }[];
  readonly responses: Readonly<Record<string, { content: Record<string, { schema: object }> }>>;
}

type Document = {
  readonly openapi: string;
  readonly components: { readonly schemas: Record<string, object> };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
};

const benches: GatewayBench[] = [];
afterEach(async () => {
  for (const bench of benches.splice(0)) await bench.close();
});

async function describeGateway(): Promise<{ bench: GatewayBench; document: Document }> {
  const bench = createGatewayBench();
  benches.push(bench);
  const { body } = await bench.ask("GET", "/openapi.json", undefined, { authorization: "" });
  return { bench, document: body };
}

describe("openapi.json", () => {
  it("[C12] describes every route that answers, and none that does not", async () => {
    const { bench, document } = await describeGateway();
    expect(document.openapi).toMatch(/^3\.1\./u);
    const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
    );
    expect(operations.map(({ operation }) => operation.operationId).sort()).toEqual([
      "appendToStream",
      "describe",
      "failStream",
      "finalizeStream",
      "flushStream",
      "getStream",
      "health",
      "listChats",
      "listInstances",
      "metrics",
      "openStream",
      "pipe",
      "sendMessage",
      "updateMessage",
      "updateStream",
    ]);
    for (const { path, method, operation } of operations) {
      const named = [...path.matchAll(/\{(\w+)\}/gu)].map(([, name]) => name);
      expect(operation.parameters.filter((one) => one.in === "path").map(({ name }) => name)).toEqual(named);
      const without = await bench.ask(method.toUpperCase(), path.replaceAll(/\{\w+\}/gu, "x"), undefined, {
        authorization: "",
      });
      expect([path, without.status]).toEqual([path, operation.security.length === 0 ? 200 : 401]);
      if (operation.security.length > 0) expect(Object.keys(operation.responses)).toContain("401");
    }
  });

  it("[C12] describes the answers as they are", async () => {
    const { bench, document } = await describeGateway();
    const base = "/gateway/feishu";
    const { chatId } = bench;
    const opened = await bench.ask("POST", `${base}/streams`, { chat_id: chatId });
    const stream = `${base}/streams/${opened.body.id}`;
    const sent = await bench.ask("POST", `${base}/messages`, { chat_id: chatId, type: "text", text: "x" });
    const answered: [string, string, GatewayAnswer][] = [
      [`${base}/streams`, "post", opened],
      [`${base}/streams`, "post", await bench.ask("POST", `${base}/streams`, {})],
      [`${base}/streams/{stream_id}`, "get", await bench.ask("GET", stream)],
      [`${base}/streams/{stream_id}`, "get", await bench.ask("GET", `${base}/streams/none`)],
      [
        `${base}/streams/{stream_id}/append`,
        "post",
        await bench.ask("POST", `${stream}/append`, { text: "a", offset: 0 }),
      ],
      [
        `${base}/streams/{stream_id}/append`,
        "post",
        await bench.ask("POST", `${stream}/append`, { text: "a", offset: 9 }),
      ],
      [`${base}/streams/{stream_id}/update`, "post", await bench.ask("POST", `${stream}/update`, { status: null })],
      [`${base}/streams/{stream_id}/flush`, "post", await bench.ask("POST", `${stream}/flush`)],
      [`${base}/streams/{stream_id}/finalize`, "post", await bench.ask("POST", `${stream}/finalize`, { offset: 4 })],
      [`${base}/streams/{stream_id}/finalize`, "post", await bench.ask("POST", `${stream}/finalize`, {})],
      [`${base}/streams/{stream_id}/fail`, "post", await bench.ask("POST", `${stream}/fail`, {})],
      [`${base}/pipe`, "post", await bench.ask("POST", `${base}/pipe?chat_id=${chatId}`, "text")],
      [`${base}/messages`, "post", sent],
      [`${base}/messages`, "post", await bench.ask("POST", `${base}/messages`, "x", { "content-type": "a/b" })],
      [
        `${base}/messages/{message_id}`,
        "patch",
        await bench.ask("PATCH", `${base}/messages/${sent.body.message_id}`, { type: "text", text: "y" }),
      ],
      [`${base}/chats`, "get", await bench.ask("GET", `${base}/chats`)],
      [`${base}/chats`, "get", await bench.ask("GET", `${base}/chats?page_size=0`)],
      [`${base}/instances`, "get", await bench.ask("GET", `${base}/instances`)],
      ["/healthz", "get", await bench.ask("GET", "/healthz")],
    ];
    for (const [path, method, { status, body }] of answered) {
      const schema = document.paths[path]?.[method]?.responses[status]?.content["application/json"]?.schema;
      expect(schema, `${method} ${path} ${status}`).toBeDefined();
      const { $ref } = (schema ?? {}) as { $ref?: string };
      const whole = $ref === undefined ? schema : document.components.schemas[$ref.split("/").at(-1) ?? ""];
      const strict = whole as Parameters<typeof z.fromJSONSchema>[0];
      expect(z.fromJSONSchema(strict).safeParse(body).error, `${method} ${path} ${status}`).toBeUndefined();
    }
  });

  it("names only codes that exist, with their status", async () => {
    const { document } = await describeGateway();
    for (const methods of Object.values(document.paths))
      for (const operation of Object.values(methods))
        for (const [status, answer] of Object.entries(operation.responses))
          for (const [, code = ""] of (answer as unknown as { description: string }).description.matchAll(
            /`([a-z-]+)`/gu,
          ))
            if (code !== "result") expect([code, PROBLEM_CODES[code]]).toEqual([code, Number(status)]);
  });
});
