// SPDX-License-Identifier: Apache-2.0
// A writer and an approver at the console, with nothing but keys.
//   node walk.mjs FILE     {"url","links":{ko:{writer,approver},en:…},"foreign":{url,origin,id},"texts":{…},"chromium","shots"}
import { readFileSync } from "node:fs";
import { accessible, answerTo, expect, finish, launch, open as openIn, tabTo } from "./browser.mjs";
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

/// Asks with a link beside the entry; `fill` what the form wants. Then somebody else does it.
async function end(writer, approver, language, act, from, fill, confirm) {
  await from();
  await look(writer, `ask-${act}`, language);
  await press(writer, "main form.tell button");
  const lead = writer.locator("[role=alert] a");
  expect(await lead.count() === 1, `${act}, ${language}: what is missing is told`);
  expect(await writer.locator(await lead.getAttribute("href")).count() === 1, `${act}, ${language}: and leads to its field`);
  await look(writer, `ask-${act}-fault`, language);
  await fill();
  await press(writer, "main form.tell button");
  expect(/done=request\.asked/.test(writer.url()), `${act}, ${language}: it is asked for, at ${writer.url()}`);
  await go(approver, "/admin/", language);
  await press(approver, 'main .related a[href*="/review"]');
  await look(approver, `request-${act}`, language);
  await confirm();
  await press(approver, "button[value=approve]");
  expect(/done=request\.done/.test(approver.url()), `${act}, ${language}: it is done, at ${approver.url()}`);
}

async function idOf(page) {
  const found = await page.request.get(`${given.url}/api/v1/entries?q=${encodeURIComponent("주차 나눔")}`);
  return (await found.json()).entries[0].id;
}

const statusOf = async (page, id) => (await page.request.get(`${given.url}/api/v1/entries/${id}`)).status();

/// The catalogue follows the log a moment later.
async function until(good, what) {
  for (let i = 0; i < 200; ++i) {
    if (await good()) return;
    await new Promise((done) => setTimeout(done, 50));
  }
  expect(false, what);
}

async function withdrawAndErase(writer, approver, language) {
  const id = await idOf(writer);
  await end(writer, approver, language, "withdraw", async () => {
    await go(writer, "/admin/entries", language);
    await press(writer, 'main .related a[href*="/admin/withdraw"]');
  }, () => type(writer, "#reason", "폐지된 제도입니다"), async () => {});
  await until(async () => await statusOf(writer, id) === 410, `${language}: the withdrawn entry is gone from the public pages`);
  const history = await writer.request.get(`${given.url}/api/v1/entries/${id}?rev=1`);
  expect(history.status() === 200, `${language}: and its history can be read`);
  await end(writer, approver, language, "erase", async () => {
    await go(writer, "/admin/erasures", language);
    await type(writer, "#id", `${given.url}/e/${id}`);
    await press(writer, "main form.tell button");
  }, async () => {
    await writer.locator("input[name=reason][value=mistake]").check();
    await writer.fill("#confirm", id);
    await writer.locator("h1").click();
  }, async () => {
    await press(approver, "button[value=approve]");
    expect(await approver.locator('[role=alert] a[href="#confirm"]').count() === 1, `${language}: who approves says which entry`);
    await look(approver, "request-erase-fault", language);
    await type(approver, "#confirm", id);
  });
  await until(async () => (await writer.request.get(`${given.url}/api/v1/entries/${id}?rev=1`)).status() === 410, `${language}: nothing of it can be read`);
  await go(approver, "/admin/erasures", language);
  expect((await approver.locator("main .related").innerText()).includes(id), `${language}: the erasure is listed`);
  await look(approver, "erasures", language);
}

async function told(page, language, words) {
  await go(page, "/tell", "en");
  await page.locator("input[name=kind][value=need]").check();
  await page.locator("textarea[name=text]").fill(`${words} (${language})`);
  await page.locator("#tell-answer").fill(String(answerTo(given.texts, await page.locator('label[for="tell-answer"]').innerText())));
  await page.locator("main form button[type=submit]").press("Enter");
  await page.waitForURL(/\/tell\/[a-z2-7]{26}/);
}

async function inbox(writer, approver, language) {
  await told(writer, language, "A crossing for wheelchairs is needed");
  await told(writer, language, "A pharmacy that is open at night is needed");
  await go(writer, "/admin/", language);
  await press(writer, 'main .notice a[href*="/admin/inbox"]');
  await look(writer, "inbox", language);
  // The one before the last: in the second language the first has its draft already.
  const links = await writer.locator('main .related a[href*="/admin/inbox/"]').evaluateAll((all) => all.map((one) => one.getAttribute("href")));
  await press(writer, `main .related a[href="${links[links.length - 2]}"]`);
  await look(writer, "message-author", language);
  await press(writer, "button[value=propose]");
  expect(/\/admin\/drafts\/\d+/.test(writer.url()), `${language}: a proposal begins, at ${writer.url()}`);
  await go(approver, "/admin/inbox", language);
  await go(approver, await approver.locator('main .related a[href*="/admin/inbox/"]').last().getAttribute("href").then((href) => href.split("?")[0]), language);
  await look(approver, "message-approver", language);
  await press(approver, "button[value=answer]");
  expect(await approver.locator('[role=alert] a[href="#text"]').count() === 1, `${language}: an answer needs words`);
  await look(approver, "message-fault", language);
  await type(approver, "#text", "달빛약국이 자정까지 엽니다.");
  await press(approver, "button[value=answer]");
  expect(/done=answered/.test(approver.url()), `${language}: it is answered`);
  await go(approver, "/admin/inbox?show=answered", language);
  await look(approver, "inbox-answered", language);
  await press(approver, 'main .related a[href*="/admin/inbox/"]');
  await look(approver, "message-answered", language);
}

async function adopt(page, language) {
  await go(page, "/admin/", language);
  await press(page, 'nav.console a[href*="/admin/adopt"]');
  await look(page, "adopt", language);
  await type(page, "#q", `${given.foreign.url}/e/${given.foreign.id}`);
  await press(page, "main form.inline button");
  expect(await page.locator("main form.row button").count() === 1, `${language}: the entry is found by its address`);
  await look(page, "adopt-found", language);
  await press(page, "main form.row button");
  expect(/\/admin\/drafts\/\d+/.test(page.url()), `${language}: an adoption begins, at ${page.url()}`);
  const values = await page.locator("main form.tell").evaluate((form) => [...new FormData(form).values()]);
  for (const value of [given.foreign.id, given.foreign.origin]) expect(values.includes(value), `${language}: the adoption names ${value}`);
  await look(page, "draft-adoption", language);
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
  await withdrawAndErase(writer.page, approver.page, language);
  await inbox(writer.page, approver.page, language);
  await adopt(writer.page, language);
  await press(writer.page, "form.out button");
  expect(writer.page.url().includes("/admin/sign-in"), `${language}: signed out`);
  await writer.context.close();
  await approver.context.close();
}
await finish(browser, `${seen} pages of the console, `);
