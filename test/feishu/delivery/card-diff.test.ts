import { describe, expect, it } from "vitest";
import type { CardBlock } from "../../../extensions/feishu/card/index.ts";
import { blockJson, buttonsBlock, markdownBlock, panelBlock } from "../../../extensions/feishu/card/index.ts";
import {
  completeAnswers,
  diffBlocks,
  nextToType,
  structureOf,
  withBlock,
} from "../../../extensions/feishu/delivery/surface/card-diff.ts";

const a0 = (text: string, images: readonly string[] = []): CardBlock => markdownBlock("a0", text, { images });
const a1 = (text: string, images: readonly string[] = []): CardBlock => markdownBlock("a1", text, { images });
const tools = (text: string): CardBlock => markdownBlock("tools", text, { size: "notation" });
const status = (text: string): CardBlock => markdownBlock("status", text, { size: "notation" });
const panel = (text: string, expanded = true): CardBlock => panelBlock("Thoughts", text, expanded);
const button = (text: string): CardBlock => buttonsBlock([{ id: "stop", text, value: {} }]);

/** Blocks in words: `id:text`. */
const words = (blocks: readonly CardBlock[]): string[] => blocks.map(({ id, text }) => `${id}:${text}`);

describe("[S5] what is typed next", () => {
  it.each<[string, CardBlock[], CardBlock[], string | undefined]>([
    ["nothing, when all is there", [a0("x")], [a0("x")], undefined],
    ["an answer's text that has grown", [a0("x")], [a0("xy")], "a0:xy"],
    ["thoughts that have grown", [panel("t")], [panel("tu")], "think:tu"],
    ["the first of two", [a0("x"), a1("")], [a0("xy"), a1("z")], "a0:xy"],
    ["the second, once the first is there", [a0("x"), a1("")], [a0("x"), a1("z")], "a1:z"],
    ["nothing behind an element that is missing", [a0("x")], [a0("x"), a1("z")], undefined],
    ["nothing behind a missing one, even if there is more", [a1("z")], [a0("x"), a1("zz")], undefined],
    ["the answer, although the thoughts have no place yet", [a0("x")], [panel("t"), a0("xy")], "a0:xy"],
    ["the answer, although the thoughts are folded now", [panel("t"), a0("x")], [panel("t", false), a0("xy")], "a0:xy"],
    ["nothing that is painted", [tools("a"), status("b")], [tools("c"), status("d")], undefined],
  ])("%s", (_name, shown, wanted, next) => {
    const block = nextToType(shown, wanted);
    expect(block === undefined ? undefined : `${block.id}:${block.text}`).toBe(next);
  });
});

describe("[S5] what is structure", () => {
  it.each<[string, CardBlock[], CardBlock[], string[]]>([
    ["a new element comes empty", [a0("x")], [a0("x"), a1("new")], ["a0:x", "a1:"]],
    ["one that is there keeps its text", [a0("x")], [a0("xyz")], ["a0:x"]],
    ["what is painted has its new text", [status("a"), a0("x")], [status("b"), a0("xy")], ["status:b", "a0:x"]],
    ["one of another shape comes whole", [panel("t")], [panel("tu", false)], ["think:tu"]],
    ["what is not wanted goes", [status("a"), a0("x")], [a0("x")], ["a0:x"]],
  ])("%s", (_name, shown, wanted, result) => {
    expect(words(structureOf(shown, wanted))).toEqual(result);
  });

  it("an empty element carries no picture", () => {
    expect(structureOf([], [a0("![](k)", ["k"])]).map(({ images }) => images)).toEqual([[]]);
  });
});

describe("[S1] how many answers are there in full", () => {
  it.each<[string, CardBlock[], CardBlock[], number]>([
    ["none wanted", [a0("x")], [status("s")], 0],
    ["all", [a0("x"), a1("y")], [a0("x"), a1("y")], 2],
    ["those before the first that is not", [a0("x"), a1("y")], [a0("x"), a1("yy")], 1],
    ["none, when the first is not, whatever follows", [a0("x"), a1("y")], [a0("xx"), a1("y")], 0],
    ["those before the first that is missing", [a0("x")], [a0("x"), a1("y")], 1],
    ["other elements do not count", [a0("x")], [status("s"), a0("x"), tools("t")], 1],
  ])("%s", (_name, shown, wanted, count) => {
    expect(completeAnswers(shown, wanted)).toBe(count);
  });
});

it("one block is put in its place, the others stay", () => {
  expect(words(withBlock([a0("x"), a1("y"), status("s")], a1("yy")))).toEqual(["a0:x", "a1:yy", "status:s"]);
  expect(words(withBlock([a0("x")], a1("y")))).toEqual(["a0:x"]);
});

describe("[S5] the step from what is shown to what is wanted", () => {
  const patch = (element_id: string, content: string): object => ({
    action: "partial_update_element",
    params: { element_id, partial_element: { content } },
  });
  const add = (type: string, target: string | undefined, block: CardBlock): object => ({
    action: "add_elements",
    params: {
      type,
      ...(target !== undefined && { target_element_id: target }),
      elements: [blockJson(block)],
    },
  });
  const replace = (block: CardBlock): object => ({
    action: "update_element",
    params: { element_id: block.id, element: blockJson(block) },
  });
  const remove = (...element_ids: string[]): object => ({ action: "delete_elements", params: { element_ids } });

  it.each<[string, CardBlock[], CardBlock[], object[]]>([
    ["nothing differs", [a0("x"), status("s")], [a0("x"), status("s")], []],
    ["a text", [a0("x")], [a0("y")], [patch("a0", "y")]],
    ["text inside a panel goes by the element that holds it", [panel("t")], [panel("u")], [patch("think_md", "u")]],
    ["a shape takes the whole element", [panel("t")], [panel("u", false)], [replace(panel("u", false))]],
    ["buttons have no text that could be patched", [button("Stop")], [button("Halt")], [replace(button("Halt"))]],
    ["the first of all", [], [a0("x")], [add("append", undefined, a0("x"))]],
    ["behind what is before it", [a0("x")], [a0("x"), a1("y")], [add("insert_after", "a0", a1("y"))]],
    ["in front of what comes after it", [a0("x")], [tools("t"), a0("x")], [add("insert_before", "a0", tools("t"))]],
    [
      "each behind the new one before it",
      [a0("x")],
      [a0("x"), a1("y"), status("s")],
      [add("insert_after", "a0", a1("y")), add("insert_after", "a1", status("s"))],
    ],
    ["never beside what goes", [status("s")], [a0("x")], [add("append", undefined, a0("x")), remove("status")]],
    [
      "all that goes, at once and last",
      [a0("x"), status("s"), tools("t")],
      [a0("y")],
      [patch("a0", "y"), remove("status", "tools")],
    ],
    [
      "changes come before additions",
      [a0("x"), status("s")],
      [a0("y"), a1("z"), status("s")],
      [patch("a0", "y"), add("insert_after", "a0", a1("z"))],
    ],
  ])("%s", (_name, shown, wanted, actions) => {
    const change = diffBlocks(shown, wanted);
    expect(change.actions).toEqual(actions);
    expect(change.result).toBe(wanted);
  });

  it.each<[string, CardBlock[], CardBlock[], string | undefined]>([
    ["one text and nothing else", [a0("x"), status("s")], [a0("x"), status("t")], "status"],
    ["two texts", [a0("x"), status("s")], [a0("y"), status("t")], undefined],
    ["one new element", [], [a0("x")], undefined],
    ["one shape", [panel("t")], [panel("t", false)], undefined],
    ["a text and something that goes", [a0("x"), status("s")], [a0("y")], undefined],
    ["nothing", [a0("x")], [a0("x")], undefined],
  ])("can be made by patching one element: %s", (_name, shown, wanted, id) => {
    expect(diffBlocks(shown, wanted).only?.id).toBe(id);
  });

  it("names the pictures in what changes, and no others", () => {
    const shown = [a0("![](k0)", ["k0"]), a1("x")];
    const wanted = [
      a0("![](k0)", ["k0"]),
      a1("![](k1)![](k2)", ["k1", "k2"]),
      markdownBlock("a2", "![](k3)", { images: ["k3"] }),
    ];
    expect(diffBlocks(shown, wanted).images).toEqual(["k1", "k2", "k3"]);
  });
});
