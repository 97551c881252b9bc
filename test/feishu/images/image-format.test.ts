import { describe, expect, it } from "vitest";
import { imageFormat } from "../../../extensions/feishu/images/index.ts";

const letters = (text: string): number[] => Array.from(text, (letter) => letter.charCodeAt(0));
const zeros = (count: number): number[] => Array<number>(count).fill(0);
const bytes = (...parts: readonly (string | readonly number[])[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === "string" ? letters(part) : part)));

const PNG = bytes([0x89], "PNG", [13, 10, 26, 10, 0, 0, 0, 13], "IHDR", zeros(17));
const BMP = bytes("BM", [70, 0, 0, 0, 0, 0, 0, 0, 54, 0, 0, 0, 40, 0, 0, 0], zeros(52));
const ICO = bytes([0, 0, 1, 0, 1, 0], zeros(8), [4, 0, 0, 0, 22, 0, 0, 0], zeros(4));

describe("[E10] pictures are told by their content", () => {
  it.each<[string, Uint8Array]>([
    ["png", PNG],
    ["jpeg", bytes([0xff, 0xd8, 0xff, 0xe0], zeros(16))],
    ["gif", bytes("GIF89a", [1, 0, 1, 0, 0, 0, 0, 0x3b])],
    ["gif", bytes("GIF87a", [1, 0, 1, 0, 0, 0, 0, 0x3b])],
    ["webp", bytes("RIFF", [20, 0, 0, 0], "WEBPVP8L", zeros(12))],
    ["bmp", BMP],
    ["tiff", bytes("II", [42, 0, 8, 0, 0, 0, 1, 0], zeros(16))],
    ["tiff", bytes("MM", [0, 42, 0, 0, 0, 8, 0, 1], zeros(16))],
    ["ico", ICO],
  ])("%s is one", (name, data) => {
    expect(imageFormat(data)).toBe(name);
    // A view into a larger buffer, as a file's reader gives it.
    const larger = new Uint8Array(data.byteLength + 7);
    larger.set(data, 7);
    expect(imageFormat(larger.subarray(7))).toBe(name);
  });

  it.each<[string, Uint8Array]>([
    ["text that begins with BM", bytes("BMW is a maker of cars and of motorcycles in Munich, Bavaria")],
    ["text of BM and blanks", bytes("BM", letters(" ".repeat(200)))],
    ["a WAV", bytes("RIFF", [36, 0, 0, 0], "WAVEfmt ", zeros(24))],
    ["an AVI", bytes("RIFF", [36, 0, 0, 0], "AVI LIST", zeros(24))],
    ["RIFF of WEBP without a picture", bytes("RIFF", [36, 0, 0, 0], "WEBPtext", zeros(24))],
    ["text that begins like a GIF", bytes("GIF8 is not a version of the format")],
    ["text that begins like a TIFF", bytes("II*", [0], "some more text")],
    ["a TIFF whose directory is elsewhere", bytes("II", [42, 0, 255, 255, 0, 0], zeros(16))],
    ["a PNG without its header", bytes([0x89], "PNG", [13, 10, 26, 10], "key=value\n")],
    ["an ICO without pictures", bytes([0, 0, 1, 0, 0, 0], zeros(30))],
    ["a cursor", bytes([0, 0, 2, 0, 1, 0], zeros(30))],
    ["a JPEG that is cut", bytes([0xff, 0xd8, 0xff])],
    ["SVG", bytes("<svg xmlns='http://www.w3.org/2000/svg'/>")],
    ["an ELF", bytes([0x7f], "ELF", zeros(20))],
    ["nothing", bytes()],
  ])("%s is none", (_name, data) => {
    expect(imageFormat(data)).toBeUndefined();
  });
});
