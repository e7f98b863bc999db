// SPDX-License-Identifier: Apache-2.0
// Runs the page's own script on many cases, one a line: three base64 words, proof, body and policy ("-" is empty).
// Answers one line of JSON for each: the verdict, the steps that held, and which places its words may have.
//   node verify.mjs .../node/web/check.js <cases
import { readFileSync } from "node:fs";
import vm from "node:vm";

const { verify } = vm.runInThisContext(readFileSync(process.argv[2], "utf8") + "\n;({ verify })");

// Whether a point is sound is asked thousands of times of the same few points. A function of a classic script is a
// property of the global object, so what the script calls is this.
const known = new Map();
const { isSoundPoint } = globalThis;
globalThis.isSoundPoint = (raw) => {
  if (!known.has(raw)) known.set(raw, isSoundPoint(raw));
  return known.get(raw);
};

const bytes = (word) => word === "-" ? "" : Buffer.from(word, "base64").toString("latin1");
for (const line of readFileSync(0, "latin1").split("\n").slice(0, -1)) {
  const [proof, body, policy] = line.split(" ").map(bytes);
  const said = [];
  let verdict = "ok";
  try {
    const facts = await verify({ proof, body, policy }, (step, facts) => said.push([step, Object.keys(facts)]));
    said.push(["verified", Object.keys(facts)]);
  } catch (refusal) {
    if (!refusal.where) throw refusal;
    verdict = refusal.code;
    said.push([`${refusal.where}-${refusal.code}`, Object.keys(refusal.facts)]);
  }
  process.stdout.write(JSON.stringify({ verdict, said }) + "\n");
}
