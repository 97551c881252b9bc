import { z } from "zod";
import { PROBLEM_CODES, problemSchema } from "./problem.ts";
import type { BodyKind, Route } from "./route.ts";
import { streamSchema } from "./wire.ts";

/** Codes that any route with a token may answer. */
const EVERYWHERE = ["unauthorized", "foreign-page", "internal"];

/** Described once, by name. */
const SHARED: ReadonlyMap<z.ZodType, string> = new Map<z.ZodType, string>([
  [streamSchema, "Stream"],
  [problemSchema, "Problem"],
]);

type JsonSchema = Record<string, unknown>;

/**
 * The OpenAPI 3.1 description of the routes: the schemas in it are the ones that requests are checked with.
 * @see https://spec.openapis.org/oas/v3.1.1
 */
export function toOpenApi(routes: readonly Route[], version: string): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const item of routes) {
    (paths[item.path] ??= {})[item.method] = {
      operationId: item.operationId,
      summary: item.summary,
      security: item.open === true ? [] : [{ bearer: [] }],
      parameters: [...pathParameters(item.path), ...queryParameters(item)],
      ...requestBody(item.body),
      responses: responses(item),
    };
  }
  return {
    openapi: "3.1.1",
    info: { title: "cardstream gateway", version, description: "Streams text into Feishu and Lark cards." },
    components: {
      securitySchemes: { bearer: { type: "http", scheme: "bearer" } },
      schemas: Object.fromEntries(Array.from(SHARED, ([schema, name]) => [name, schemaOf(schema, "output")])),
    },
    paths,
  };
}

function schemaOf(schema: z.ZodType, io: "input" | "output"): JsonSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: "any", reused: "inline" });
  return rest;
}

function answerSchema(schema: z.ZodType): JsonSchema {
  const name = SHARED.get(schema);
  return name === undefined ? schemaOf(schema, "output") : { $ref: `#/components/schemas/${name}` };
}

const pathParameters = (path: string): object[] =>
  Array.from(path.matchAll(/\{(?<name>\w+)\}/gu), ({ groups }) => ({
    name: groups?.["name"],
    in: "path",
    required: true,
    schema: { type: "string" },
  }));

function queryParameters({ query }: Route): object[] {
  if (query === undefined) return [];
  const { properties, required } = schemaOf(query, "output") as {
    properties?: Record<string, JsonSchema>;
    required?: string[];
  };
  return Object.entries(properties ?? {}).map(([name, { description, ...schema }]) => ({
    name,
    in: "query",
    required: required?.includes(name) ?? false,
    ...(description !== undefined && { description }),
    schema,
  }));
}

function requestBody(body: BodyKind<unknown>): object {
  if (body.kind === "none") return {};
  const text = { schema: { type: "string" } };
  const content =
    body.kind === "stream"
      ? Object.fromEntries(body.contentTypes.map((type) => [type, text]))
      : {
          "application/json": { schema: schemaOf(body.schema, "input") },
          ...(body.kind === "json-or-text" && { "text/plain": text }),
        };
  return { requestBody: { required: true, content } };
}

function responses({ answers, problems, body, query, open }: Route): object {
  const result: Record<string, unknown> = {};
  for (const [status, { description, schema, contentType }] of Object.entries(answers)) {
    const type = contentType ?? "application/json";
    result[status] = {
      description,
      content: { [type]: { schema: schema === undefined ? { type: "string" } : answerSchema(schema) } },
    };
  }
  const codes = [
    ...(open === true ? [] : EVERYWHERE),
    ...(query !== undefined || body.kind !== "none" ? ["invalid"] : []),
    ...(body.kind === "none" ? [] : ["wrong-content-type"]),
    ...(body.kind === "json" || body.kind === "json-or-text" ? ["too-large", "request-timeout"] : []),
    ...problems,
  ];
  for (const code of codes) {
    const status = String(PROBLEM_CODES[code] ?? 500);
    const known = result[status] as { description: string } | undefined;
    const description = known === undefined ? `\`${code}\`` : `${known.description}, \`${code}\``;
    result[status] = {
      description,
      content: { "application/json": { schema: answerSchema(problemSchema) } },
    };
  }
  return result;
}
