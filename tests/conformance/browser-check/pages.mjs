// SPDX-License-Identifier: Apache-2.0
// A citizen with Chromium and a keyboard checks an entry, in both languages, on the node's page and on a saved one.
//   node pages.mjs FILE     {"url","insecure","id","files":{name:{proof,body,policy,word}},"texts":{ko,en},"folder","chromium"}
import { readFileSync, writeFileSync } from "node:fs";
import { accessible, expect, finish, launch, open as openIn, tabTo } from "./browser.mjs";

const given = JSON.parse(readFileSync(process.argv[2], "utf8"));
const said = (texts, key) => texts[`pages.check.word.${key}`].split("{")[0];
const verdict = (page) => page.locator("#check-verdict").textContent();

const browser = await launch(given.chromium, `--host-resolver-rules=MAP ${new URL(given.insecure).hostname} 127.0.0.1`);

/// Beside what every page must not do, no error may stand in the console.
async function open(origin, options = {}) {
  const opened = await openIn(browser, origin, options);
  opened.page.on("filechooser", () => {});  // or each wait would switch it on a moment too late
  opened.page.on("console", (message) => { if (message.type() === "error") expect(false, `console: ${message.text()}`); });
  return opened;
}

async function settled(page, texts) {
  await page.waitForFunction((waiting) => !waiting.includes(document.getElementById("check-verdict").textContent),
                             [texts["pages.check.word.running"], texts["pages.check.waiting"]], { timeout: 60000 });
  return verdict(page);
}

/// Chooses files with the keyboard and starts the check with Enter.
async function choose(page, files, texts) {
  for (const name of ["proof", "body", "policy"].filter((one) => files[one])) {
    await tabTo(page, `document.activeElement.id === "check-${name}"`, name);
    const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.keyboard.press("Space")]);
    await chooser.setFiles(files[name]);
  }
  await tabTo(page, 'document.activeElement.type === "submit"', "the button");
  await page.evaluate((words) => { document.getElementById("check-verdict").textContent = words; }, texts["pages.check.waiting"]);
  await page.keyboard.press("Enter");
  return settled(page, texts);
}

async function onTheNode(language) {
  const texts = given.texts[language], { context, page, asked } = await open(given.url);
  await page.goto(`${given.url}/e/${given.id}?lang=${language}`);
  const link = JSON.stringify(texts["pages.check.link"]);
  await tabTo(page, `document.activeElement.textContent === ${link}`, "the link");
  await Promise.all([page.waitForURL("**/check**"), page.keyboard.press("Enter")]);
  expect((await settled(page, texts)).startsWith(said(texts, "verified")), `genuine, ${language}: ${await verdict(page)}`);
  const steps = await page.locator("#check-steps li").evaluateAll((items) => items.map((item) => item.className));
  const order = steps.filter((step) => step !== "cosigner").join();
  expect(order === "leaf,body,head,witnesses,path" && steps.length >= 7, `the steps, ${language}: ${steps}`);
  const words = await page.locator("main").innerText();
  expect(!/\{\w+\}|undefined|NaN|Invalid/.test(words), `every place is filled, ${language}: ${words}`);
  expect(words.includes(texts["pages.check.word.node-policy"]), "says that the policy is what this node tells");
  const read = asked.map((url) => new URL(url).pathname);
  expect(["/proof", "/body"].every((tail) => read.some((path) => path.endsWith(tail))), `what was asked: ${read}`);
  await accessible(page, `genuine, ${language}`);
  if (given.shots) await page.screenshot({ path: `${given.shots}/good-${language}.png`, fullPage: true });
  for (const [name, files] of Object.entries(given.files)) {
    const answer = await choose(page, files, texts);
    expect(answer.startsWith(said(texts, files.word)), `${name}, ${language}: ${answer}`);
    expect(await page.locator("#check-verdict").evaluate((one) => one.classList.contains("bad")) === (files.word !== "verified"),
           `${name}, ${language}: how it looks`);
    await page.reload();
    await settled(page, texts);
  }
  await choose(page, given.files["changed body"], texts);
  for (const width of [360, 320]) {
    await page.setViewportSize({ width, height: 740 });
    await accessible(page, `changed body, ${language}, ${width} px`);
    if (given.shots) await page.screenshot({ path: `${given.shots}/bad-${language}-${width}.png`, fullPage: true });
  }
  await page.emulateMedia({ colorScheme: "dark" });
  await accessible(page, `changed body, ${language}, dark`);
  await context.close();
}

/// As "Save page as, complete" leaves it: the page and its files beside each other, opened from disk without network.
async function saved(language) {
  const texts = given.texts[language], source = await open(given.url);
  await source.page.goto(`${given.url}/e/${given.id}/check?lang=${language}`);
  await settled(source.page, texts);
  let html = await source.page.content();
  for (const name of ["check.js", "style.css", "icon.svg"]) {
    writeFileSync(`${given.folder}/${name}`, await (await fetch(`${given.url}/${name}`)).text());
    html = html.replaceAll(`"/${name}"`, `"./${name}"`);
  }
  writeFileSync(`${given.folder}/saved.html`, html);
  await source.context.close();
  const { context, page } = await open("file://", { offline: true });
  await page.goto(`file://${given.folder}/saved.html`);
  await page.waitForSelector("#check-files", { state: "visible" });
  const missing = await choose(page, {}, texts);
  expect(missing === texts["pages.check.word.proof-missing"], `saved, nothing chosen, ${language}: ${missing}`);
  await page.reload();
  const answer = await choose(page, given.files["all files"], texts);
  expect(answer.startsWith(said(texts, "verified")), `saved, ${language}: ${answer}`);
  await page.reload();
  const bad = await choose(page, given.files["changed body"], texts);
  expect(bad.startsWith(said(texts, "body-bad-commitment")), `saved, changed body, ${language}: ${bad}`);
  await context.close();
}

async function withoutScript(texts) {
  const { context, page, asked } = await open(given.url, { javaScriptEnabled: false });
  await page.goto(`${given.url}/e/${given.id}/check?lang=en`);
  const words = await page.locator("main").innerText();
  expect(words.includes(texts["pages.check.no-script"]) && words.includes(`dure verify ${given.id}.proof`), "without JavaScript");
  expect(!words.includes(texts["pages.check.start"] + "\n"), "no button that does nothing");
  expect(await page.locator("a[download]").count() === 3, "three downloads");
  expect(!asked.some((url) => url.includes("/api/")), "nothing is fetched without JavaScript");
  await context.close();
}

async function cannot(word, origin, prepare) {
  const texts = given.texts.en, { context, page } = await open(origin);
  if (prepare) await context.addInitScript(prepare);
  await page.goto(`${origin}/e/${given.id}/check?lang=en`);
  const answer = await settled(page, texts);
  expect(answer === texts[`pages.check.word.${word}`], `${word}: ${answer}`);
  await context.close();
}

for (const language of ["ko", "en"]) {
  await onTheNode(language);
  await saved(language);
}
await withoutScript(given.texts.en);
await cannot("crypto-unavailable", given.insecure);
await cannot("ed25519-unavailable", given.url, () => {
  const { importKey } = SubtleCrypto.prototype;
  SubtleCrypto.prototype.importKey = function (format, key, algorithm, ...more) {
    return algorithm.name === "Ed25519" ? Promise.reject(new DOMException("no such algorithm", "NotSupportedError"))
                                        : importKey.call(this, format, key, algorithm, ...more);
  };
});
await finish(browser, "");
