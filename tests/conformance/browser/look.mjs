// SPDX-License-Identifier: Apache-2.0
// What axe does not see on a page.
import { expect } from "./browser.mjs";

const STOPS = 200;  // of the Tab key on one page

/// What axe leaves out: one heading and one main part, captions, words kept whole, no place left unfilled.
export async function structure(page, what, language) {
  const seen = await page.evaluate(() => ({
    language: document.documentElement.lang, title: document.title,
    headings: document.querySelectorAll("h1").length, mains: document.querySelectorAll("main").length,
    nameless: [...document.querySelectorAll("table")].filter((table) => !table.caption).length,
    broken: [...document.querySelectorAll("main :is(h1,h2,h3,p,li,dd,td,label)")].filter(
      (one) => /[가-힣]/.test(one.textContent) && getComputedStyle(one).wordBreak !== "keep-all").length,
    moving: document.querySelectorAll("[autofocus],marquee,blink,meta[http-equiv=refresh i]").length,
    words: [...document.querySelectorAll("main :is(h1,h2,h3,p,li,dt,dd,td,th,label,a,button)")].filter((one) => one.checkVisibility() && !one.querySelector("code") && !one.closest("code"))
      .map((one) => one.innerText).join("\n") }));
  expect(seen.language === language, `${what}: lang is ${seen.language}`);
  expect(seen.title !== "" && seen.headings === 1 && seen.mains === 1, `${what}: "${seen.title}", ${seen.headings} h1, ${seen.mains} main`);
  expect(seen.nameless === 0 && seen.moving === 0, `${what}: ${seen.nameless} tables without caption, ${seen.moving} moving things`);
  expect(seen.broken === 0, `${what}: ${seen.broken} elements may break inside a Korean word`);
  expect(!/\{[a-z_]+\}|\bundefined\b|\bNaN\b|(pages|console|form)\.[a-z-]+\./.test(seen.words), `${what}: a place that nothing fills: ${seen.words.match(/.{0,40}(\{[a-z_]+\}|undefined|NaN|(pages|console|form)\.[a-z-]+\.).{0,20}/)?.[0]}`);
}

/// Each stop of the Tab key is on the screen, uncovered, and looks otherwise than without the focus; the first one skips to the content.
export async function keyboard(page, what) {
  const bad = [];
  let first = null, before = null, stops = 0;
  for (; stops < STOPS; ++stops) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate(() => {
      const one = document.activeElement;
      if (!one || one === document.body || one === document.documentElement) return null;
      const look = () => { const s = getComputedStyle(one); return [s.outlineStyle, s.outlineWidth, s.boxShadow, s.backgroundColor].join("|"); };
      const box = one.getBoundingClientRect(), focused = look();
      const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
      one.blur(); const plain = look(); one.focus({ preventScroll: true });
      one.dataset.stop ??= String(document.querySelectorAll("[data-stop]").length);
      return { number: one.dataset.stop, parts: one.type === "date", name: `${one.tagName} "${(one.textContent || one.id).trim().slice(0, 30)}"`, href: one.getAttribute("href") ?? "",
               shown: box.width > 1 && box.height > 1 && box.bottom > 0 && box.top < innerHeight,
               covered: !!top && !one.contains(top) && !top.contains(one), marked: focused !== plain };
    });
    if (!stop || (first && stop.number === first.number)) break;
    first ??= stop;
    if (stop.number === before && stop.parts) continue;  // its year, month and day
    if (stop.number === before) { bad.push(`${stop.name} holds the focus`); break; }
    before = stop.number;
    if (!stop.shown || stop.covered || !stop.marked)
      bad.push(`${stop.name}${stop.shown ? "" : " not on the screen"}${stop.covered ? " covered" : ""}${stop.marked ? "" : " not marked"}`);
  }
  expect(bad.length === 0, `${what}, Tab: ${bad.slice(0, 4).join("; ")}`);
  const skips = first && first.href.startsWith("#") && await page.locator(first.href).count() === 1;
  expect(skips, `${what}: the first stop is ${first?.name}`);
}
