import { createFeishuTools } from "../../extensions/feishu/index.ts";
import type { FeishuToolsOptions } from "../../extensions/feishu/index.ts";
import type { ChannelToolResult, ChannelToolset } from "../../src/plugin-sdk/index.ts";
import { createReplyBench } from "./reply-bench.ts";
import type { ReplyBench, ReplyBenchOptions } from "./reply-bench.ts";

/** The tools over the real client and the emulator, in virtual time. */
export interface ToolBench extends ReplyBench {
  readonly toolset: ChannelToolset;
  /** Uses a tool and lets time pass until it answers. */
  use(name: string, input: object): Promise<ChannelToolResult>;
}

export function createToolBench(
  options: Partial<FeishuToolsOptions> = {},
  benchOptions: ReplyBenchOptions = {},
): ToolBench {
  const bench = createReplyBench(benchOptions);
  let ids = 0;
  const toolset = createFeishuTools({
    delivery: bench.delivery,
    newId: () => `stream_${++ids}`,
    language: "en",
    ...options,
  });
  return Object.assign(bench, {
    toolset,
    use(name: string, input: object) {
      const tool = toolset.tools.find((tool) => tool.name === name);
      if (tool === undefined) throw new Error(`no tool ${name}`);
      return bench.clock.runUntil(tool.run(input, { signal: new AbortController().signal }));
    },
  });
}
