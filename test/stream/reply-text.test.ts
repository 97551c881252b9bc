import { describe, expect, it } from "vitest";
import { ReplyText } from "../../src/stream/reply-text.ts";
import { toDelta, toSnapshot } from "../../src/stream/index.ts";

describe("ReplyText", () => {
  it("[A10] keeps repeated tokens, and does not double a snapshot", () => {
    const text = new ReplyText();
    for (const token of ["ha", "ha", "0", "0"]) text.append(toDelta(token));
    text.replace(toSnapshot("haha00"));
    text.replace(toSnapshot("haha00!"));
    expect([text.value, text.length, text.takeChange()]).toEqual(["haha00!", 7, undefined]);
  });

  it("[A10] says from where a snapshot rewrote the text, once", () => {
    const text = new ReplyText();
    text.append(toDelta("kept"));
    text.beginMessage(true);
    text.append(toDelta("one two"));
    text.replace(toSnapshot("one 2"));
    expect([text.value, text.takeChange(), text.takeChange()]).toEqual(["kept\n\none 2", 10, undefined]);
  });

  it("[A10] gives back what a message said that is not kept", () => {
    const text = new ReplyText();
    text.append(toDelta("draft"));
    expect([text.beginMessage(false), text.value, text.takeChange()]).toEqual(["draft", "", 0]);
  });
});
