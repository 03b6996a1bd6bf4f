// Reads pages as a screen reader would: node read_pages.mjs OUT PAGE.html … writes OUT/PAGE.txt, one spoken phrase a line.
import { readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { JSDOM, VirtualConsole } from "jsdom";

const [out, ...pages] = process.argv.slice(2);
const NAMES = ["window", "document", "Node", "Element", "HTMLElement", "SVGElement", "Event", "MutationObserver"];
let virtual;
for (const path of pages) {
  // the application's scripts do not run here; what only its style sheet hides is hidden by the rules below
  const page = readFileSync(path, "utf8").replace(/<link rel="stylesheet"[^>]*>/g, "")
    .replace("</head>", "<style>dialog:not([open]), details:not([open]) > :not(summary), .shape { display: none }</style></head>");
  const { window } = new JSDOM(page, { pretendToBeVisual: true, virtualConsole: new VirtualConsole() });
  for (const name of NAMES) {
    Object.defineProperty(globalThis, name, { value: name === "window" ? window : window[name], configurable: true });
  }
  Object.defineProperty(globalThis, "navigator", { value: window.navigator, configurable: true });
  globalThis.getComputedStyle = window.getComputedStyle.bind(window);
  virtual ??= (await import("@guidepup/virtual-screen-reader")).virtual;
  await virtual.start({ container: window.document.body, window });
  for (let step = 0; step < 5000 && (await virtual.lastSpokenPhrase()) !== "end of document"; step += 1) {
    await virtual.next();
  }
  writeFileSync(join(out, basename(path).replace(".html", ".txt")), `${(await virtual.spokenPhraseLog()).join("\n")}\n`);
  await virtual.stop();
  window.close();
}
