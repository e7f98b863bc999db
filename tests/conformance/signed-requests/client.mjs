// SPDX-License-Identifier: Apache-2.0
// A client of members-only bodies with somebody else's implementation of RFC 9421. Asks a running node
// with good requests, which it must take, and with every one that is spoilt, which it must not.
//   node client.mjs FILE     {"url","path","keyid","key" (PKCS#8 PEM),"otherKey","text"}
import { createPrivateKey, createHash, randomBytes, sign as signBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import http from "node:http";
import { createRequire } from "node:module";

const { httpbis } = createRequire(import.meta.url)("http-message-signatures");
const given = JSON.parse(readFileSync(process.argv[2], "utf8"));
const { hostname, port } = new URL(given.url);
const agent = new http.Agent({ keepAlive: true });

const kFields = ["@method", "@authority", "@path", "@query"];
const kParams = ["created", "nonce", "keyid", "alg", "tag"];
const nonce = () => randomBytes(16).toString("base64url");
const now = () => Math.floor(Date.now() / 1000);

function signer(pem) {
  const key = createPrivateKey(pem);
  return { id: given.keyid, alg: "ed25519", sign: async (data) => signBytes(null, data, key) };
}

/// What is signed may differ from what is sent: `as` says so.
async function signed({ method = "GET", path = given.path, url = given.url, headers = {}, body = null, fields = kFields,
                        params = kParams, values = {}, name = "dure", key = given.key } = {}) {
  headers = { ...headers };
  if (body !== null) {
    headers["Content-Type"] ??= "application/json";
    headers["Content-Digest"] ??= `sha-256=:${createHash("sha256").update(body).digest("base64")}:`;
    if (fields === kFields) fields = [...kFields, "content-digest", "content-type"];
  }
  const paramValues = { created: new Date(now() * 1000), nonce: nonce(), keyid: given.keyid, alg: "ed25519",
                        tag: "dure-1", ...values };
  const message = await httpbis.signMessage({ key: signer(key), name, fields, params, paramValues },
                                            { method, url: url + path, headers });
  return { method, path, headers: { ...message.headers }, body };
}

/// Header fields go out exactly as they are, also twice: `raw` is a list of [name, value].
function send({ method, path, headers, body, host, raw }) {
  const fields = raw ?? Object.entries(headers);
  return new Promise((resolve, reject) => {
    const flat = [["Host", host ?? `${hostname}:${port}`], ...fields];
    if (body !== null && body !== undefined) flat.push(["Content-Length", String(Buffer.byteLength(body))]);
    const request = http.request({ hostname, port, method, path, agent, headers: flat.flat(), setHost: false },
                                 (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("end", () => resolve({ status: response.statusCode, headers: response.headers,
                                         body: Buffer.concat(chunks) }));
    });
    request.on("error", reject);
    request.end(body ?? undefined);
  });
}

let checked = 0;
const wrong = [];
function expect(what, answer, ...statuses) {
  ++checked;
  const leaked = answer.status !== 200 && answer.body.includes(given.text);
  if (!statuses.includes(answer.status) || leaked)
    wrong.push(`${what}: ${answer.status} instead of ${statuses}${leaked ? ", WITH THE BODY" : ""}: ${answer.body}`);
}
async function refused(what, request, ...statuses) {
  expect(what, await send(request), ...(statuses.length ? statuses : [401]));
}
const pair = (request) => Object.entries(request.headers);
const changed = (request, name, change) => ({
  ...request, headers: Object.fromEntries(pair(request).map(([n, v]) => [n, n === name ? change(v) : v])) });

// Good requests: the text comes, is for nobody's cache, and each is good once.
const good = await signed();
const first = await send(good);
expect("a good request", first, 200);
if (!first.body.includes(given.text)) wrong.push("the body did not come");
if (first.headers["cache-control"] !== "no-store") wrong.push("the answer may be kept by caches");
await refused("the same request again", good);
expect("the same with another nonce", await send(await signed()), 200);
expect("with a query", await send(await signed({ path: `${given.path}?from=0` })), 200);
expect("HEAD", await send(await signed({ method: "HEAD" })), 200);
expect("with content", await send(await signed({ body: "{}" })), 200);
expect("60 s ahead", await send(await signed({ values: { created: new Date((now() + 58) * 1000) } })), 200);

// Unsigned: says what it wants, and the time.
const bare = await send({ method: "GET", path: given.path, headers: {} });
expect("unsigned", bare, 401);
const problem = JSON.parse(bare.body);
if (Math.abs(problem.time - now()) > 5) wrong.push("the answer 401 does not tell the time");
if (!bare.headers["accept-signature"]?.includes('tag="dure-1"')) wrong.push("the answer 401 asks for no signature");

// Each component and parameter left out, doubled, out of order.
for (let i = 0; i < kFields.length; ++i) {
  const without = kFields.filter((_, at) => at !== i);
  await refused(`without ${kFields[i]}`, await signed({ fields: without }));
  await refused(`${kFields[i]} twice`, await signed({ fields: [...kFields, kFields[i]] }));
  await refused(`${kFields[i]} last`, await signed({ fields: [...without, kFields[i]] }), ...(i === 3 ? [200] : [401]));
}
for (let i = 0; i < kParams.length; ++i) {
  const without = kParams.filter((_, at) => at !== i);
  await refused(`without ${kParams[i]}`, await signed({ params: without }));
  await refused(`${kParams[i]} first`, await signed({ params: [kParams[i], ...without] }), ...(i === 0 ? [200] : [401]));
}
await refused("no components", await signed({ fields: [] }));
await refused("a further component", await signed({ fields: [...kFields, "x-more"], headers: { "X-More": "1" } }));
await refused("@target-uri instead", await signed({ fields: ["@method", "@target-uri"] }));
await refused("expires too", await signed({ params: [...kParams, "expires"] }));
for (const parameter of [";req", ";sf", ";bs", ";tr", ';key="a"', ";unknown"]) {
  const request = await signed();
  await refused(`component with ${parameter}`,
                changed(request, "Signature-Input", (v) => v.replace('"@query"', `"@query"${parameter}`)));
}

// Values.
await refused("another tag", await signed({ values: { tag: "dure-2" } }));
await refused("another label", await signed({ name: "sig1" }));
await refused("another algorithm's name", await signed({ values: { alg: "hmac-sha256" } }));
await refused("a short nonce", await signed({ values: { nonce: "short" } }));
await refused("a key of nobody", await signed({ values: { keyid: "nobody.example/dure/00000000" } }));
await refused("a URL as keyid", await signed({ values: { keyid: "http://127.0.0.1/key" } }));
await refused("another key", await signed({ key: given.otherKey }));
for (const off of [-302, -3600, 63, 3600]) {
  const answer = await send(await signed({ values: { created: new Date((now() + off) * 1000) } }));
  expect(`created ${off} s off`, answer, 401);
  const told = JSON.parse(answer.body);
  if (Math.abs(told.skew - off) > 3 || told.created + 0 !== told.time + told.skew)
    wrong.push(`the answer to ${off} s tells a skew of ${told.skew}`);
}
await refused("created before it started", await signed({ values: { created: new Date((given.started - 5) * 1000) } }));

// Another request than the one that was signed.
await refused("another method", { ...(await signed()), method: "HEAD" });
await refused("another path", { ...(await signed()), path: given.path.replace("/000.p/1", "/000.p/2") });
await refused("another spelling of the path", { ...(await signed()), path: given.path.replace("bodies", "%62odies") });
await refused("a query added", { ...(await signed()), path: `${given.path}?from=0` });
await refused("a query taken away", { ...(await signed({ path: `${given.path}?from=0` })), path: given.path });
await refused("another host in the request", { ...(await signed()), host: "evil.example" });
await refused("signed for another host", await signed({ url: "http://other.example:8421" }));
await refused("signed for another port", await signed({ url: `http://${hostname}:${Number(port) ^ 1}` }));
await refused("content that was not signed", { ...(await signed()), body: "{}" });
await refused("other content", { ...(await signed({ body: "{}" })), body: "[]" });
await refused("no content", { ...(await signed({ body: "{}" })), body: null });
await refused("a wrong digest, signed", await signed({ body: "{}", headers: {
  "Content-Digest": `sha-256=:${createHash("sha256").update("[]").digest("base64")}:` } }));
await refused("a digest of another kind only", await signed({ body: "{}", headers: {
  "Content-Digest": `sha-512=:${createHash("sha512").update("{}").digest("base64")}:` } }));
await refused("content without its type", await signed({ body: "{}", fields: [...kFields, "content-digest"] }));
await refused("another type", changed(await signed({ body: "{}" }), "Content-Type", () => "text/plain"));

// The fields themselves.
for (const name of ["Signature", "Signature-Input"]) {
  await refused(`without ${name}`, { ...(await signed()), raw: pair(await signed()).filter(([n]) => n !== name) });
  await refused(`${name} twice`, await signed().then((r) => ({ ...r, raw: [...pair(r), [name, r.headers[name]]] })));
  await refused(`one label twice in ${name}`, changed(await signed(), name, (v) => `${v}, ${v}`));
  await refused(`a space more in ${name}`, changed(await signed(), name, (v) => v.replace("=", "= ")));
}
await refused("a second signature with our tag", await signed().then(async (r) => {
  const second = await signed({ name: "other" });
  return { ...r, headers: { Signature: `${r.headers.Signature}, ${second.headers.Signature}`,
                            "Signature-Input": `${r.headers["Signature-Input"]}, ${second.headers["Signature-Input"]}` } };
}));
await refused("somebody else's signature beside ours", await signed().then(async (r) => {
  const second = await signed({ name: "other", values: { tag: "x" }, key: given.otherKey });
  return { ...r, headers: { Signature: `${r.headers.Signature}, ${second.headers.Signature}`,
                            "Signature-Input": `${r.headers["Signature-Input"]}, ${second.headers["Signature-Input"]}` } };
}));

// Signature bases with the wrong line breaks, made by hand under the right fields.
async function over(change) {
  const request = await signed();
  const params = request.headers["Signature-Input"].slice("dure=".length);
  const url = new URL(given.url + given.path);
  const base = [`"@method": GET`, `"@authority": ${url.host}`, `"@path": ${url.pathname}`, `"@query": ?`,
                `"@signature-params": ${params}`].join("\n");
  const signature = signBytes(null, Buffer.from(change(base)), createPrivateKey(given.key)).toString("base64");
  return { ...request, headers: { ...request.headers, Signature: `dure=:${signature}:` } };
}
expect("a base made by hand", await send(await over((base) => base)), 200);
await refused("CRLF in the base", await over((base) => base.replaceAll("\n", "\r\n")));
await refused("a line break at the end", await over((base) => `${base}\n`));
await refused("no space after the colon", await over((base) => base.replaceAll(": ", ":")));

// One bit of each byte of both fields. What HTTP itself refuses is 400.
for (const name of ["Signature", "Signature-Input"]) {
  const length = (await signed()).headers[name].length;
  for (let at = 0; at < length; ++at) {
    const flipped = changed(await signed(), name, (v) =>
      v.slice(0, at) + String.fromCharCode(v.charCodeAt(at) ^ 1) + v.slice(at + 1));
    await refused(`bit flipped at ${at} of ${name}: ${flipped.headers[name][at]}`, flipped, 401, 400);
  }
}

agent.destroy();
for (const line of wrong) console.log(`WRONG ${line}`);
console.log(`${checked} requests checked, ${wrong.length} answered wrongly`);
process.exit(wrong.length === 0 ? 0 : 1);
