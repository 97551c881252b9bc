import { createBot } from "../../extensions/feishu/index.ts";
import type { BotOptions, FeishuBot } from "../../extensions/feishu/index.ts";

/** What an agent does next: say something, or do something that a person has to allow. */
export type Step = { readonly say: string } | { readonly ask: string; readonly run: () => Promise<string> };

/** Any agent: LangGraph's, Mastra's, your own. It is given each answer to what it asked, and goes on from there. */
export type Agent = (question: string, signal: AbortSignal) => AsyncGenerator<Step, void, string>;

/** What a button decides. */
interface Decision {
  readonly allowed: boolean;
  readonly goOn: (outcome: string) => Promise<IteratorResult<Step, void>>;
  readonly run: () => Promise<string>;
}

/** An agent whose deeds need the approval of who asked: it stops at each, its card gets two buttons, and a press lets it go on. */
export function createApprovalBot(options: BotOptions, agent: Agent): FeishuBot<Decision> {
  const bot = createBot<Decision>(options);

  bot.on("message", async ({ text }, reply) => {
    const steps = agent(text, reply.signal);
    await advance(await steps.next(), (outcome) => steps.next(outcome), reply);
  });

  bot.on("press", async ({ value: { allowed, goOn, run } }, reply) => {
    const outcome = allowed ? await run() : "the person said no";
    await advance(await goOn(outcome), goOn, reply);
    return { toast: allowed ? { en: "Allowed", zh: "已允许" } : { en: "Refused", zh: "已拒绝" } };
  });

  type Reply = Parameters<Parameters<typeof bot.command>[1]>[1];
  async function advance(first: IteratorResult<Step, void>, goOn: Decision["goOn"], reply: Reply): Promise<void> {
    for (let next = first; next.done !== true; next = await goOn("")) {
      const step = next.value;
      if ("say" in step) {
        reply.append(step.say);
        continue;
      }
      reply.append(`\n\n**${step.ask}**`);
      reply.button({ text: "Allow", value: { allowed: true, goOn, run: step.run } });
      reply.button({ text: "Refuse", value: { allowed: false, goOn, run: step.run } });
      return;
    }
  }

  return bot;
}
