import { startEmulator } from "../../../src/emulator/index.ts";

/** Writes one message after the other into the state file it is given, with some megabytes beside them so that a write takes a while. */
const emulator = await startEmulator({ stateFile: process.argv[2] });
const chatId = emulator.directChatId();
const data = new Uint8Array(8 * 1024 * 1024);
if (emulator.store.files.all().length === 0) emulator.uploadAsUser({ kind: "file", name: "large", data });
let number = emulator.visibleTexts(chatId).length;
setInterval(() => emulator.sendAsUser({ text: `message ${number++}` }), 20);
process.send?.("started");
