import type { ChatModel } from "../llm/index.ts";

/** The models a person may choose from. */
export interface ModelCatalog {
  /** Used when a chat chose none. */
  readonly defaultName: string;
  readonly names: readonly string[];
  /** The model of that name, made on first use and kept. @throws TypeError for a name not in `names`. */
  open(name: string): ChatModel;
  /** Closes every model that was opened, within 5 s. */
  close(): Promise<void>;
}

/** A catalog over functions that make models; nothing is made before it is needed. The first name is the default unless given. */
export function createModelCatalog(
  makers: Readonly<Record<string, () => ChatModel>>,
  defaultName?: string,
): ModelCatalog {
  const names = Object.keys(makers);
  const first = defaultName ?? names[0];
  if (first === undefined || !Object.hasOwn(makers, first)) {
    throw new TypeError(`defaultName must be one of ${names.join(", ")}, got ${String(first)}`);
  }
  const opened = new Map<string, ChatModel>();
  return {
    defaultName: first,
    names,
    open(name) {
      const known = opened.get(name);
      if (known !== undefined) return known;
      const make = Object.hasOwn(makers, name) ? makers[name] : undefined;
      if (make === undefined) throw new TypeError(`no model ${JSON.stringify(name)}; known: ${names.join(", ")}`);
      const model = make();
      opened.set(name, model);
      return model;
    },
    async close() {
      await Promise.allSettled([...opened.values()].map((model) => model.close()));
    },
  };
}
