import { describe, expect, it } from "vitest";
import { PersonNames } from "../../extensions/feishu/person-names.ts";
import { silentLogger } from "../../src/log/index.ts";
import { recordedClient } from "./recording-fetch.ts";

describe("names of people", () => {
  it("are asked for once, and who asks meanwhile waits for the same answer", async () => {
    const { client, feishu } = recordedClient();
    feishu.answer = () => ({ json: { code: 0, data: { user: { name: "小红" } } } });
    const names = new PersonNames(client, silentLogger);
    const seen = await Promise.all(
      [1, 2].map(async () => {
        await names.look("ou_1");
        return names.get("ou_1");
      }),
    );
    expect(seen).toEqual(["小红", "小红"]);
    expect(feishu.requests).toHaveLength(1);
  });

  it("are given up without the contact scope", async () => {
    const { client, feishu } = recordedClient();
    feishu.answer = () => ({ status: 400, json: { code: 99991672, msg: "no scope" } });
    const names = new PersonNames(client, silentLogger);
    await names.look("ou_1");
    await names.look("ou_2");
    expect(names.get("ou_1")).toBeUndefined();
    expect(feishu.requests).toHaveLength(1);
  });
});
