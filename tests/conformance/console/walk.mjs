// SPDX-License-Identifier: Apache-2.0
// A writer and an approver at the console, with nothing but keys.
//   node walk.mjs FILE     {"url","links":{ko:{writer,approver},en:…},"chromium","shots"}
import { readFileSync } from "node:fs";
import { accessible, expect, finish, launch, open as openIn, tabTo } from "./browser.mjs";
import { keyboard, structure } from "./look.mjs";

const WIDE = { width: 1280, height: 900 }, NARROW = { width: 320, height: 640 };
const PASSWORD = "두레 하나 둘 셋 넷";
const given = JSON.parse(readFileSync(process.argv[2], "utf8"));
const browser = await launch(given.chromium);
let seen = 0;

/// The page as it is now: wide, narrow and dark, with axe-core; structure and the Tab key in the wide one.
async function look(page, name, language) {
  const what = `${name}, ${language}`;
  ++seen;
  await structure(page, what, language);
  await keyboard(page, what);
  await page.evaluate(() => document.activeElement?.blur());
  for (const [view, size, scheme] of [["wide", WIDE, "light"], ["dark-320", NARROW, "dark"]]) {
    await page.setViewportSize(size);
    await page.emulateMedia({ colorScheme: scheme });
    await accessible(page, `${what}, ${view}`);
    if (given.shots) await page.screenshot({ path: `${given.shots}/console-${name}-${language}-${view}.png`, fullPage: true });
  }
  await page.setViewportSize(WIDE);
  await page.emulateMedia({ colorScheme: "light" });
}

const focused = (selector) => `document.activeElement.matches(${JSON.stringify(selector)})`;

async function type(page, selector, words) {
  await tabTo(page, focused(selector), selector);
  await page.keyboard.insertText(words);
}

/// Presses what has the focus and waits for the page that comes.
async function press(page, selector) {
  await tabTo(page, focused(selector), selector, 400);
  await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
}

async function go(page, target, language) {
  await page.goto(`${given.url}${target}${target.includes("?") ? "&" : "?"}lang=${language}`);
}

async function setUp(person, language) {
  const { context, page } = await openIn(browser, given.url, { locale: language === "ko" ? "ko-KR" : "en-GB", reducedMotion: "reduce" });
  const link = new URL(given.links[language][person]);
  await go(page, link.pathname + link.search, language);
  if (person === "writer") await look(page, "set-up", language);
  await type(page, "#password", PASSWORD);
  await type(page, "#again", PASSWORD);
  await press(page, "main button");
  expect(await page.locator("#name").count() === 1, `${person}, ${language}: ${(await page.locator("main").innerText()).slice(0, 300)}`);
  await page.fill("#password", "a wrong password");
  await Promise.all([page.waitForNavigation(), page.locator("#password").press("Enter")]);
  expect(await page.locator("[role=alert]").count() === 1, `${person}, ${language}: a wrong password is told`);
  if (person === "writer") await look(page, "sign-in-fault", language);
  await page.fill("#name", `${person}-${language}`);
  await page.fill("#password", PASSWORD);
  await Promise.all([page.waitForNavigation(), page.locator("#password").press("Enter")]);
  expect(page.url().includes("/admin/"), `${person}, ${language}: signed in, at ${page.url()}`);
  return { context, page };
}

const service = {
  "/title/ko": "골목 주차 나눔", "/title/en": "Shared alley parking", "/summary/ko": "낮에 비는 주차장을 이웃이 함께 씁니다.",
  "/department/ko": "교통행정과", "/contact/phone": "054-000-1102",
};

async function write(page, language) {
  await go(page, "/admin/", language);
  await look(page, "work-empty", language);
  await go(page, "/admin/drafts/new", language);
  await look(page, "new", language);
  await tabTo(page, focused("input[name=type]"), "the kinds");
  await page.locator('input[name=type][value=service]').check();
  await press(page, "main form.tell button");
  await look(page, "draft", language);
  await press(page, "button[name=do][value=submit]");
  const faults = await page.locator(".notice.bad a").count();
  expect(faults > 0, `${language}: an empty draft is not taken, ${faults} faults have links`);
  await look(page, "draft-faults", language);
  for (const [name, words] of Object.entries(service)) await page.locator(`[name="${name}"]`).first().fill(words);
  await choices(page);
  await press(page, "button[name=do][value=check]");
  expect(await page.locator("[role=status]").count() === 1, `${language}: nothing is wrong any more: ${(await page.locator(".notice.bad").allInnerTexts()).join(" | ").slice(0, 600)}`);
  await press(page, "button[name=do][value=submit]");
  expect(/done=draft\.submitted/.test(page.url()), `${language}: it waits for review`);
}

/// Everything that is still demanded and chosen from a list or written as a date.
async function choices(page) {
  for (const select of await page.locator("main form.tell select[required], main form.tell select[aria-required=true]").all()) {
    const values = await select.locator("option").evaluateAll((all) => all.map((one) => one.value).filter((value) => value !== ""));
    const own = values.find((value) => value.startsWith("47170"));
    if (values.length > 0 && !await select.inputValue()) await select.selectOption(own ?? values[0]);
  }
  for (const date of await page.locator('[name="/modified"]').all()) await date.fill("2026-11-01");
}

async function review(page, language) {
  await go(page, "/admin/", language);
  await look(page, "work", language);
  await press(page, 'main .related a[href*="/review"]');
  await look(page, "review", language);
  await press(page, "button[value=return]");
  expect(await page.locator("[role=alert]").count() === 1, `${language}: a return needs its reason`);
  await type(page, "#reason", "비용을 적어 주십시오");
  await press(page, "button[value=return]");
  expect(/done=review\.returned/.test(page.url()), `${language}: it is returned`);
}

async function correct(page, language) {
  await go(page, "/admin/", language);
  await press(page, 'main .related a[href*="/admin/drafts/"]');
  await look(page, "draft-returned", language);
  await page.locator('[name="/summary/ko"]').fill("낮에 비는 주차장을 이웃이 무료로 함께 씁니다.");
  await press(page, "button[name=do][value=submit]");
  expect(/done=draft\.submitted/.test(page.url()), `${language}: it waits again`);
}

async function publish(page, language) {
  await go(page, "/admin/", language);
  await press(page, 'main .related a[href*="/review"]');
  await press(page, "button[value=approve]");
  expect(/done=review\.published/.test(page.url()), `${language}: it is published`);
  await go(page, "/admin/node", language);
  await look(page, "node", language);
  const quickly = await page.locator(".finding").count();
  await press(page, 'form[action*="/admin/node"] button');
  expect(await page.locator(".finding").count() > quickly, `${language}: everything is examined`);
  await look(page, "node-examined", language);
  for (const [name, target] of [["accounts", "/admin/accounts"], ["acts", "/admin/audit"], ["password", "/admin/password"], ["done", "/admin/"]]) {
    await go(page, target, language);
    await look(page, name, language);
  }
  const found = await page.request.get(`${given.url}/api/v1/entries?q=${encodeURIComponent("주차 나눔")}`);
  expect((await found.json()).matched >= 1, `${language}: everybody finds it`);
}

for (const language of ["ko", "en"]) {
  const writer = await setUp("writer", language), approver = await setUp("approver", language);
  await write(writer.page, language);
  await review(approver.page, language);
  await correct(writer.page, language);
  await publish(approver.page, language);
  await go(writer.page, "/admin/accounts", language);
  await look(writer.page, "refused", language);
  await go(writer.page, "/admin/entries", language);
  await look(writer.page, "entries", language);
  await press(writer.page, "form.out button");
  expect(writer.page.url().includes("/admin/sign-in"), `${language}: signed out`);
  await writer.context.close();
  await approver.context.close();
}
await finish(browser, `${seen} pages of the console, `);
