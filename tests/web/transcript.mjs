// Reads a page as a screen reader would and prints one spoken phrase a line: node transcript.mjs PAGE.html
import { readFileSync } from "node:fs";
import { JSDOM, VirtualConsole } from "jsdom";

// Styles do not change what is read here, and jsdom understands neither page boxes nor generated content.
const page = readFileSync(process.argv[2], "utf8").replace(/<style>.*?<\/style>/s, "");
const { window } = new JSDOM(page, { pretendToBeVisual: true, virtualConsole: new VirtualConsole() });
for (const name of ["window", "document", "Node", "Element", "HTMLElement", "SVGElement", "Event", "MutationObserver"]) {
  Object.defineProperty(globalThis, name, { value: name === "window" ? window : window[name], configurable: true });
}
Object.defineProperty(globalThis, "navigator", { value: window.navigator, configurable: true });
globalThis.getComputedStyle = window.getComputedStyle.bind(window);

const { virtual } = await import("@guidepup/virtual-screen-reader");
await virtual.start({ container: document.body, window });
for (let step = 0; step < 5000 && (await virtual.lastSpokenPhrase()) !== "end of document"; step += 1) {
  await virtual.next();
}
console.log((await virtual.spokenPhraseLog()).join("\n"));
await virtual.stop();
window.close();
