// SPDX-License-Identifier: Apache-2.0
// The page's own script and Wycheproof's tests of Ed25519: keys that the script calls sound, and what it makes of signatures.
//   node wycheproof.mjs .../node/web/check.js .../ed25519_test.json
import { readFileSync } from "node:fs";
import vm from "node:vm";

const script = readFileSync(process.argv[2], "utf8") + "\n;({ isSoundPoint, verifySignature })";
const { isSoundPoint, verifySignature } = vm.runInThisContext(script);
const raw = (hex) => Buffer.from(hex, "hex").toString("latin1");
let count = 0;
for (const group of JSON.parse(readFileSync(process.argv[3], "utf8")).testGroups) {
  const bare = raw(group.publicKey.pk);
  for (const test of group.tests) {
    ++count;
    const good = isSoundPoint(bare) && await verifySignature({ ed: true, bare }, raw(test.msg), raw(test.sig));
    if (good !== (test.result === "valid")) {
      console.error(`test ${test.tcId}, ${test.comment}: ${good} instead of ${test.result}`);
      process.exitCode = 1;
    }
  }
}
console.log(`Wycheproof: ${count} tests of Ed25519`);
if (count < 100) process.exitCode = 1;
