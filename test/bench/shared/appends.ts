import { StreamTown } from "../../chaos/stream-town.ts";
import type { Gateway } from "../../chaos/stream-town.ts";

const STREAMS = 8;
const APPENDS = 100;

/** Round trips of `append` (ms): at one gateway alone, and at one of two that share while the other one writes the card, in turn. */
export async function measureAppends(): Promise<{
  readonly alone: readonly number[];
  readonly shared: readonly number[];
}> {
  const options = { apps: 1, chatsOfApp: STREAMS, leaseSeconds: 15 };
  const towns = {
    alone: await StreamTown.open({ ...options, processes: 1, isAlone: true }),
    shared: await StreamTown.open({ ...options, processes: 2 }),
  };
  const measured = { alone: [] as number[], shared: [] as number[] };
  const open = async (town: StreamTown): Promise<string[]> =>
    Promise.all(
      town.places.map(async ({ chatId, instance }) => {
        const [owner] = town.gateways;
        return (await town.call("", { chat_id: chatId, instance }, owner)).body.id ?? "";
      }),
    );
  const ids = { alone: await open(towns.alone), shared: await open(towns.shared) };
  const append = async (name: "alone" | "shared", id: string, index: number): Promise<void> => {
    const text = `word${String(index).padStart(4, "0")} `;
    const at = performance.now();
    // The last one: the owner where there is only one, the other one where there are two.
    const gateway = towns[name].gateways.at(-1) as Gateway;
    const { status } = await towns[name].call(`/${id}/append`, { text, offset: index * text.length }, gateway);
    if (status !== 200) throw new Error(`append answered ${status}`);
    measured[name].push(performance.now() - at);
  };
  try {
    for (let index = 0; index < APPENDS; index++)
      for (let stream = 0; stream < STREAMS; stream++)
        for (const name of stream % 2 === 0 ? (["alone", "shared"] as const) : (["shared", "alone"] as const))
          await append(name, ids[name][stream] ?? "", index);
    return { alone: measured.alone.slice(STREAMS), shared: measured.shared.slice(STREAMS) };
  } finally {
    await Promise.all(Object.values(towns).map((town) => town.close()));
  }
}
