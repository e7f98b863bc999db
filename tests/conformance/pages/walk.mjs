// SPDX-License-Identifier: Apache-2.0
// Every kind of page as people with different eyes and hands meet it.
//   node walk.mjs FILE     {"url","pages":[[name,target]],"words","texts":{ko,en},"chromium","shots"}
import { readFileSync } from "node:fs";
import { accessible, answerTo, expect, finish, launch, open as openIn, tabTo } from "./browser.mjs";
import { keyboard, structure } from "./look.mjs";

const VIEWS = {
  wide: { viewport: { width: 1280, height: 900 } },
  "dark-320": { viewport: { width: 320, height: 640 }, colorScheme: "dark" },  // 1280 px at 400 %: WCAG 1.4.10
};
const VIEWS_IN = { ko: ["wide", "dark-320"], en: ["wide", "dark-320"] };
const given = JSON.parse(readFileSync(process.argv[2], "utf8"));
const browser = await launch(given.chromium);
const open = (options) => openIn(browser, given.url, { reducedMotion: "reduce", ...options });

async function look(page, name, view, language) {
  const what = `${name}, ${language}, ${view}`;
  await accessible(page, what);
  if (given.shots) await page.screenshot({ path: `${given.shots}/${name}-${language}-${view}.png`, fullPage: true });
  if (view !== "wide") return;
  await structure(page, what, language);
  await keyboard(page, what);
}

const withLanguage = (target, language) => `${given.url}${target}${target.includes("?") ? "&" : "?"}lang=${language}`;

async function everyPage(language) {
  for (const view of VIEWS_IN[language]) {
    const { context, page } = await open({ ...VIEWS[view], locale: language === "ko" ? "ko-KR" : "en-GB" });
    for (const [name, target] of given.pages) {
      await page.goto(withLanguage(target, language));
      await page.evaluate(() => document.querySelectorAll("details").forEach((one) => { one.open = true; }));
      await look(page, name, view, language);
    }
    await tellAndRead(page, language, view);
    await context.close();
  }
}

/// The form with its faults, then sent rightly, then the page under the receipt.
async function tellAndRead(page, language, view) {
  await page.goto(withLanguage("/tell", language));
  await page.locator("main form button[type=submit]").press("Enter");
  await page.waitForLoadState();
  expect(await page.locator("[role=alert] li").count() > 0, `tell without words, ${language}: faults are named`);
  await look(page, "tell-faults", view, language);
  await page.goto(withLanguage("/tell", "en"));
  await page.locator('input[name=kind][value=need]').check();
  await page.locator("textarea[name=text]").fill(`A crossing for wheelchairs is needed (${language} ${view})`);
  await page.locator("#tell-answer").fill(String(answerTo(given.texts.en, await page.locator('label[for="tell-answer"]').innerText())));
  await page.locator("main form button[type=submit]").press("Enter");
  await page.waitForURL(/\/tell\/[a-z2-7]{26}/);
  await page.goto(page.url().split("?")[0] + `?lang=${language}`);
  await look(page, "tell-receipt", view, language);
}

async function enter(page, url) {
  await Promise.all([page.waitForURL(url), page.keyboard.press("Enter")]);
}

/// Search, facet, entry, proof: nothing but keys.
async function searchToProof(language) {
  const texts = given.texts[language], { context, page } = await open(VIEWS.wide);
  await page.goto(withLanguage("/", language));
  await tabTo(page, 'document.activeElement.id === "q"', "the search");
  await page.keyboard.insertText(given.words);
  await enter(page, /[?&]q=/);
  const all = await page.locator(".results > li").count();
  await tabTo(page, 'document.activeElement.tagName === "SUMMARY"', "the facets");
  await page.keyboard.press("Enter");
  await tabTo(page, 'document.activeElement.matches(".facets a")', "a facet");
  const promised = Number(await page.evaluate(() => document.activeElement.querySelector(".count").textContent));
  await enter(page, await page.evaluate(() => document.activeElement.href));
  const some = await page.locator(".results > li").count();
  expect(all > 0 && some === Math.min(promised, 20), `${language}: ${promised} promised by the facet, ${some} of ${all} shown`);
  await tabTo(page, 'document.activeElement.matches(".results h3 a")', "a result");
  await enter(page, /\/e\/[a-z2-7]{26}/);
  await tabTo(page, `document.activeElement.textContent === ${JSON.stringify(texts["pages.check.link"])}`, "the check");
  await enter(page, /\/check/);
  const waiting = [texts["pages.check.word.running"], texts["pages.check.waiting"]];
  await page.waitForFunction((words) => !words.includes(document.getElementById("check-verdict").textContent), waiting, { timeout: 60000 });
  const verdict = await page.locator("#check-verdict").textContent();
  const good = texts["pages.check.word.verified"].split("{")[0];
  expect(verdict.startsWith(good), `${language}: the proof says "${verdict}"`);
  await context.close();
}

/// Forced colours, larger text spacing (WCAG 1.4.12) and print: nothing may be lost.
async function otherEyes() {
  const { context, page } = await open({ ...VIEWS.wide, forcedColors: "active" });
  for (const [name, target] of given.pages) {
    await page.goto(withLanguage(target, "ko"));
    await page.evaluate(() => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync("*{line-height:1.5!important;letter-spacing:.12em!important;word-spacing:.16em!important}p{margin-bottom:2em!important}");
      document.adoptedStyleSheets = [sheet];
    });
    const cut = await page.evaluate(() => [...document.querySelectorAll("main :is(p,a,h1,h2,h3,li,button,td,dd,label)")].filter((one) => {
      const style = getComputedStyle(one);
      return /hidden|clip/.test(style.overflowX) && one.scrollWidth > one.clientWidth + 1;
    }).length);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(cut === 0 && wide <= 1, `${name}, spaced text: ${cut} elements cut, ${wide} px too wide`);
    await page.emulateMedia({ media: "print" });
    expect((await page.locator("main").innerText()).trim() !== "", `${name}, print: nothing is left`);
    await page.emulateMedia({ media: "screen" });
  }
  await context.close();
}

for (const language of ["ko", "en"]) {
  await everyPage(language);
  await searchToProof(language);
}
await otherEyes();
await finish(browser, `${given.pages.length + 2} kinds of pages, `);
