import type { CardBlock } from "../../card/index.ts";
import type { CallOptions, FeishuClient } from "../../client/index.ts";
import type { CardAction, CardJson } from "../../send.ts";
import {
  batchUpdateCardFeishu,
  createCardEntityFeishu,
  patchCardElementFeishu,
  setCardStreamingModeFeishu,
  streamUpdateCardElementFeishu,
  updateCardEntityFeishu,
} from "../../send.ts";
import { limitName } from "../limits.ts";
import { SequenceCounter } from "./sequence-counter.ts";

/** One CardKit call, made when it is run. */
export interface CardCall {
  readonly api: string;
  readonly names: readonly string[];
  readonly run: (options: CallOptions) => Promise<void>;
}

/** CardKit's operations on one card, each with the limits that count it, a `sequence` and a `uuid` taken as it goes out. */
export class CardKitCalls {
  readonly sequence: SequenceCounter;
  readonly #client: FeishuClient;
  readonly #nonce: string;

  /** @param nonce unique per card; prefix of every `uuid` (≤ 50 characters). */
  constructor(client: FeishuClient, nonce: string, sequence: SequenceCounter = new SequenceCounter()) {
    this.#client = client;
    this.#nonce = nonce;
    this.sequence = sequence;
  }

  create(card: CardJson, onCreated: (cardId: string) => void): CardCall {
    const run = async (options: CallOptions): Promise<void> =>
      onCreated((await createCardEntityFeishu(this.#client, { card }, options)).cardId);
    return { api: "card.create", names: [limitName.api("card.create")], run };
  }

  /** Types: what extends the old text appears letter by letter. */
  content(cardId: string, block: CardBlock): CardCall {
    const elementId = block.textId ?? block.id;
    return this.#call("element.content", cardId, (stamp, options) =>
      streamUpdateCardElementFeishu(
        this.#client,
        { cardId, elementId, content: block.text, sequence: stamp.sequence, uuid: stamp.uuid },
        options,
      ),
    );
  }

  /** Paints the new text at once. */
  patch(cardId: string, block: CardBlock): CardCall {
    const elementId = block.textId ?? block.id;
    const partialElement = { content: block.text };
    return this.#call("element.patch", cardId, (stamp, options) =>
      patchCardElementFeishu(this.#client, { cardId, elementId, partialElement, ...stamp }, options),
    );
  }

  batch(cardId: string, actions: readonly CardAction[]): CardCall {
    return this.#call("card.batch_update", cardId, (stamp, options) =>
      batchUpdateCardFeishu(this.#client, { cardId, actions, ...stamp }, options),
    );
  }

  replace(cardId: string, card: CardJson): CardCall {
    return this.#call("card.update", cardId, (stamp, options) =>
      updateCardEntityFeishu(this.#client, { cardId, card, ...stamp }, options),
    );
  }

  setStreaming(cardId: string, streaming: boolean): CardCall {
    return this.#call("card.settings", cardId, (stamp, options) =>
      setCardStreamingModeFeishu(this.#client, { cardId, streaming, ...stamp }, options),
    );
  }

  #call(
    api: string,
    cardId: string,
    make: (stamp: { sequence: number; uuid: string }, options: CallOptions) => Promise<unknown>,
  ): CardCall {
    const names = [limitName.api(api), limitName.card(cardId)];
    return {
      api,
      names,
      run: async (options) => {
        const sequence = this.sequence.next();
        await make({ sequence, uuid: `${this.#nonce}-${sequence}` }, options);
        this.sequence.accepted();
      },
    };
  }
}
