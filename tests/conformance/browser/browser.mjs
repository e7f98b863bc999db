// SPDX-License-Identifier: Apache-2.0
// What every check in Debian's Chromium needs: the browser, a count of what was checked, axe-core, the Tab key.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
               "--disable-component-update", "--disable-sync", "--no-first-run"];
const faults = [];
let checked = 0;

export const expect = (good, what) => { ++checked; if (!good) { faults.push(what); console.error("WRONG: " + what); } };

export const launch = (executablePath, ...flags) => chromium.launch({ executablePath, headless: true, args: [...FLAGS, ...flags] });

/// A page that counts as a fault each request to anybody but `origin`, each breach of the security policy, each script error.
export async function open(browser, origin, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const asked = [];
  page.on("request", (request) => {
    asked.push(request.url());
    if (!request.url().startsWith(origin)) expect(false, `a request to ${request.url()}`);
  });
  page.on("pageerror", (error) => expect(false, `script error: ${error.message}`));
  await context.addInitScript(() => addEventListener("securitypolicyviolation", (event) => { throw new Error("CSP " + event.violatedDirective); }));
  return { context, page, asked };
}

export async function accessible(page, what) {
  await page.evaluate(AXE);  // through the debugger: the page's policy stays as it is
  const found = await page.evaluate((tags) => window.axe.run(document, { runOnly: { type: "tag", values: tags },
    rules: { "target-size": { enabled: true } }, resultTypes: ["violations"] }), TAGS);
  expect(found.violations.length === 0, `${what}: ${found.violations.map((v) => `${v.id} ${v.nodes[0].target}`)}`);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(wide <= 1, `${what}: ${wide} px wider than the view`);
}

export async function tabTo(page, reached, what, stops = 200) {
  for (let i = 0; i < stops; ++i) {
    await page.keyboard.press("Tab");
    if (await page.evaluate(reached)) return;
  }
  throw new Error(`Tab does not reach ${what}`);
}

/// The sum, difference, greater or next number that a citizen is asked for in English; `texts` are the English ones.
export function answerTo(texts, question) {
  const numbers = Object.fromEntries(Object.entries(texts).filter(([key]) => key.startsWith("pages.tell.number."))
    .map(([key, word]) => [word, Number(key.split(".").pop())]));
  const said = question.toLowerCase().match(/[a-z]+/g).filter((word) => word in numbers).map((word) => numbers[word]);
  if (question.includes("plus")) return said[0] + said[1];
  if (question.includes("minus")) return said[0] - said[1];
  return question.includes("larger") ? Math.max(...said) : said[said.length - 1] + 1;
}

/// Ends the process: 0 if all was right.
export async function finish(browser, what) {
  const version = browser.version();
  await browser.close();
  console.log(`Chromium ${version}: ${what}${checked} things checked, ${faults.length} wrong`);
  process.exit(faults.length ? 1 : 0);
}
