// SPDX-License-Identifier: Apache-2.0
// What `dure verify` does, in the browser (PROTOCOL.md 2, 4 to 6, 8). Nothing is sent anywhere. Bytes are kept as strings of one
// character each, and all words stand in the page.
"use strict";
const P = 2n ** 255n - 19n, L = 2n ** 252n + 27742317777372353535851937790883648493n;  // Ed25519: field, order of the group, d
const D = 37095705934669439343138083508754565189542113879843219016388785533085940283555n;
const P256 = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n;  // P-256: field, order of the group, b
const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;
const TYPES = [  // of keys: what stands before the public key
  { prefix: "\x01", ed: true }, { prefix: "\x02" + atob("MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgA="), der: true },
  { prefix: "\x04", ed: true, cosigns: true }, { prefix: "\xffdure.kr/cosignature-p256/v1\n", cosigns: true }];
const LEAF = new RegExp('^{"class":"(?:public|members)","commit":"([^"]{44})","id":"([a-z2-7]{25}[aeimquy4])","rev":([1-9]\\d*),"size":' +
  '([1-9]\\d*),(?:"target":(0|[1-9]\\d*),)?"time":"(\\d{4}(?:-\\d\\d){2}T\\d\\d(?::\\d\\d){2}Z)","type":"([a-z][a-z-]{0,31})","v":1}$');
const refuse = (code, where, facts = {}) => { throw Object.assign(new Error(`${where}: ${code}`), { code, where, facts }); };
const bytes = (text) => Uint8Array.from(text, (c) => c.charCodeAt(0));
const text = (buffer) => Array.from(new Uint8Array(buffer), (b) => String.fromCharCode(b)).join("");
const hex = (raw) => Array.from(raw, (c) => c.charCodeAt(0).toString(16).padStart(2, "0")).join("");
const number = (raw) => BigInt("0x0" + hex(raw)), littleEndian = (raw) => number([...raw].reverse());
const sha256 = async (...parts) => text(await crypto.subtle.digest("SHA-256", bytes(parts.join(""))));
const decimal = (digits) => /^(0|[1-9]\d{0,18})$/.test(digits) && BigInt(digits) < 2n ** 63n ? BigInt(digits) : null;
const attempt = (read) => { try { return read(); } catch { return null; } };
const unbase64 = (spelling) => attempt(() => btoa(atob(spelling)) === spelling ? atob(spelling) : null);  // null: not the one spelling
const utf8 = (raw) => attempt(() => new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes(raw)));
const isKeyName = (raw) => raw.length < 256 && /^[^\0-\x1f\x7f+\p{White_Space}]+$/u.test(utf8(raw) ?? "");
const mod = (n) => ((n % P) + P) % P;
const power = (b, e) => e ? mod((e & 1n ? b : 1n) * power(mod(b * b), e >> 1n)) : 1n;
/// The canonical encoding of a point of the prime-order subgroup, and not the identity: WebCrypto may take others too.
function isSoundPoint(raw) {
  const y = littleEndian(raw) & (2n ** 255n - 1n), u = mod((1n + y) * power(1n - y, P - 2n));
  if (y >= P || power((y * y - 1n) * (D * y * y + 1n), (P - 1n) / 2n) !== 1n) return false;  // no x other than 0 fits
  let [a, b, c, d] = [1n, 0n, u, 1n];  // the ladder of RFC 7748: L times the point must be the identity
  for (let i = 252n; i >= 0n; --i) {
    const swap = L >> i & 1n, [p, q, r, s] = swap ? [c, d, a, b] : [a, b, c, d];
    const aa = (p + q) * (p + q), bb = (p - q) * (p - q), e = aa - bb, da = (r - s) * (p + q), cb = (r + s) * (p - q);
    const twice = [mod(aa * bb), mod(e * (aa + 121665n * e))], sum = [mod((da + cb) ** 2n), mod(u * (da - cb) ** 2n)];
    [a, b, c, d] = swap ? [...sum, ...twice] : [...twice, ...sum];
  }
  return b === 0n;
}
const isOnP256 = (raw, x = number(raw.slice(1, 33)), y = number(raw.slice(33))) =>
  raw[0] === "\x04" && x < P256 && y < P256 && (y * y - x * x * x + 3n * x - B) % P256 === 0n;
function fromDer(der) {  // r and s of SEQUENCE { INTEGER r, INTEGER s }; "" unless it is the one spelling
  const end = 4 + der.charCodeAt(3), numbers = [der.slice(4, end), der.slice(end + 2)].map((n) => n.replace(/^\0+/, ""));
  const tagged = (tag, content) => tag + String.fromCharCode(content.length) + content;
  const inner = numbers.map((n) => tagged("\x02", n[0] > "\x7f" ? "\0" + n : n)).join("");
  return tagged("\x30", inner) === der ? numbers.map((n) => n.padStart(32, "\0")).join("") : "";
}
async function verifySignature(key, message, signature) {
  const raw = key.der ? fromDer(signature) : signature, r = raw.slice(0, 32), s = raw.slice(32);
  if (raw.length !== 64 || (key.ed && (littleEndian(s) >= L || !isSoundPoint(r)))) return false;
  if (!key.ed && (number(r) < 1n || number(r) >= N || number(s) < 1n || number(s) > N / 2n)) return false;
  const algorithm = key.ed ? { name: "Ed25519" } : { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const cannot = () => refuse("unavailable", key.ed ? "ed25519" : "p256");  // this browser has no such algorithm
  const imported = await crypto.subtle.importKey("raw", bytes(key.bare), algorithm, false, ["verify"]).catch(cannot);
  return crypto.subtle.verify(algorithm, imported, bytes(raw), bytes(message)).catch(cannot);
}
async function parseKey(spelling, refused) {
  const [, name = "", id, encoded = ""] = /^([^+]*)\+([0-9a-f]{8})\+(.*)$/s.exec(spelling) ?? [], raw = unbase64(encoded);
  if (!raw || !isKeyName(name)) refused();
  if (hex(await (raw[0] === "\x02" ? sha256(raw.slice(1)) : sha256(name, "\n", raw))).slice(0, 8) !== id) refused();
  const type = TYPES.find(({ prefix }) => raw.startsWith(prefix)) ?? refused("unsupported"), bare = raw.slice(type.prefix.length);
  if (bare.length !== (type.ed ? 32 : 65)) refused();
  return (type.ed ? isSoundPoint(bare) : isOnP256(bare)) ? { name, id, bare, ...type } : refused("bad-signature");
}
async function parsePolicy(file) {
  if (file.length > 2 ** 20) refuse("too-large", "policy");
  const policy = { log: [], witness: [], groups: [], quorum: "" }, used = new Map([["none", true]]), keys = new Set();
  for (const [at, line] of file.split("\n").entries()) {
    const refused = (code = "malformed") => refuse(code, "policy", { line: at + 1 }), need = (good) => good || refused();
    const [keyword = "#", ...words] = line.split(/[ \t]+/).filter(Boolean), place = ["log", "witness"].indexOf(keyword);
    const define = (name) => need(!used.has(name) && used.set(name, false));
    need(!/[\0-\x08\x0b-\x1f\x7f]/.test(line));
    if (place >= 0) {  // log <vkey> [<url>], witness <name> <vkey> [<url>]
      need(words.length === place + 1 || words.length === place + 2);
      const key = await parseKey(words[place], refused), mark = keyword + key.bare;
      need(!key.cosigns === !place && !keys.has(mark) && keys.add(mark));
      if (place) define(words[0]);
      policy[keyword].push({ name: words[0], key });
    } else if (keyword === "group") {
      const [name, rule, ...members] = words, most = BigInt(members.length);
      const threshold = rule === "all" ? most : rule === "any" ? 1n : decimal(rule);
      need(threshold >= 1n && threshold <= most && members.every((one) => used.get(one) === false && used.set(one, true)));
      define(name);
      policy.groups.push({ name, threshold: Number(threshold), members });
    } else if (keyword === "quorum") policy.quorum = need(words.length === 1 && !policy.quorum && used.has(words[0]) && words[0]);
    else need(keyword[0] === "#");
  }
  return policy.quorum ? policy : refuse("malformed", "policy", { line: file.split("\n").length });
}
function parseProof(file) {
  if (file.length > 2 ** 17) refuse("too-large", "proof");
  const form = /^c2sp\.org\/tlog-proof@v1\n(?:extra ([^\n]+)\n)?index (\d+)\n((?:[^\n]{44}\n){0,63})\n([^]+)$/.exec(file) ?? [];
  const extra = unbase64(form[1] ?? ""), index = decimal(form[2]), path = (form[3] ?? "").split("\n").slice(0, -1).map(unbase64);
  if (!extra || extra.length <= 32 || index === null || path.some((hash) => hash?.length !== 32)) refuse("malformed", "proof");
  return { salt: extra.slice(0, 32), leaf: extra.slice(32), index, path, checkpoint: form[4] };
}
function parseLeaf(raw) {
  if (raw.length > 1024) refuse("too-large", "leaf");
  const parts = LEAF.exec(raw) ?? refuse(/[{,]"v":(?!1[,}])[1-9]\d*[,}]/.test(raw) ? "unsupported" : "malformed", "leaf");
  const [, encoded, id, rev, size, target, time, type] = parts, commit = unbase64(encoded), day = new Date(time);
  const sound = [rev, size, target ?? 0].every((n) => BigInt(n) < 2n ** 53n) && /^10{10,}$/.test(BigInt(size).toString(2));
  const dated = attempt(() => day.toISOString()) === time.replace("Z", ".000Z");
  if (!sound || !dated || (type === "erase") === !target || commit?.length !== 32) refuse("malformed", "leaf");
  return { commit, id, rev, size: Number(size), time: day, type };
}
async function parseHead(raw) {
  if (raw.length > 2 ** 16) refuse("too-large", "head");
  const need = (good) => good || refuse("malformed", "head"), end = raw.lastIndexOf("\n\n") + 1, lines = raw.slice(end + 1).split("\n");
  need(end && !/[\0-\x09\x0b-\x1f]/.test(raw) && utf8(raw) !== null && lines.pop() === "" && lines.length);
  const signatures = lines.map((line, at) => {
    const [, name, encoded] = (at < 100 ? /^\xe2\x80\x94 ([^ ]*) (.*)$/s.exec(line) : refuse("too-large", "head")) ?? need(false);
    const blob = unbase64(encoded);
    need(blob?.length > 4 && isKeyName(name));
    return { name, id: hex(blob.slice(0, 4)), blob: blob.slice(4) };
  });
  const message = raw.slice(0, end), [origin, digits, encoded = "", ...rest] = message.split("\n");
  const size = decimal(digits), root = unbase64(encoded), empty = await sha256();
  need(rest.length === 1 && origin && origin.length < 256 && root?.length === 32 && (size > 0n || (size === 0n && root === empty)));
  return { origin, size, root, message, signatures };
}
/// The times on the lines that one of `keys` signed; one that is wrong spoils the head.
async function linesBy(head, keys, where) {
  const times = [];
  for (const { name, id, blob } of head.signatures) {
    const known = keys.filter((key) => key.name === name && key.id === id), time = number(blob.slice(0, 8));
    const verifies = (key) => !key.cosigns ? verifySignature(key, head.message, blob) : time > 0n && time < 2n ** 63n &&
      verifySignature(key, `cosignature/v1\ntime ${time}\n${head.message}`, blob.slice(8));
    if (known.length && !(await Promise.all(known.map(verifies))).includes(true)) refuse("bad-signature", where, { name });
    if (known.length) times.push(time);
  }
  return times;
}
async function rootOf(hash, index, size, path) {  // RFC 6962 2.1.1, from a leaf's hash up
  if (size === 1n || !path.length) return size === 1n && !path.length ? hash : refuse("bad-proof", "path");
  const split = 1n << BigInt((size - 1n).toString(2).length - 1), left = index < split, sibling = path.at(-1);
  const below = await rootOf(hash, left ? index : index - split, left ? split : size - split, path.slice(0, -1));
  return left ? sha256("\x01", below, sibling) : sha256("\x01", sibling, below);
}
/// `files`: proof, body and policy as byte strings. Tells `done` each step that held; throws what is wrong (code, where, facts).
async function verify(files, done = () => {}) {
  if (!globalThis.crypto?.subtle) refuse("unavailable", "crypto");
  for (const [name, bits] of [["proof", 21], ["body", 16], ["policy", 21]]) if (files[name].length > 2 ** bits) refuse("too-large", name);
  const policy = await parsePolicy(files.policy), proof = parseProof(files.proof), leaf = parseLeaf(proof.leaf), { body } = files;
  done("leaf", leaf);
  const root = await sha256(...(body ? ["\0", body] : []));  // of the tree of 1-MiB chunks: at most 64 KiB make one chunk, or none
  const length = String.fromCharCode(0, 0, 0, 0, 0, body.length >> 16, body.length >> 8 & 255, body.length & 255);
  if (await sha256("dure-commitment/1\n", proof.salt, length, root) !== leaf.commit) refuse("bad-commitment", "body");
  if (leaf.size !== Math.max(1024, 2 ** Math.ceil(Math.log2(body.length)))) refuse("bad-commitment", "size");
  done("body", { bytes: body.length });
  const head = await parseHead(proof.checkpoint), facts = { ...leaf, origin: head.origin, size: head.size, index: proof.index };
  const keys = policy.log.map(({ key }) => key).filter(({ name }) => name === head.origin), met = new Set(["none"]);
  if (!(await linesBy(head, keys, "head")).length) refuse("unknown-key", "head", facts);
  done("head", facts);
  for (const { name, key } of policy.witness) {
    const times = (await linesBy(head, [key], "witness")).map(Number);
    if (times.length) met.add(name) && done("cosigner", { name, time: new Date(1000 * Math.max(...times)) });
  }
  const held = ({ members }) => members.filter((name) => met.has(name)).length;
  for (const group of policy.groups) if (held(group) >= group.threshold) met.add(group.name);
  const asked = policy.groups.find(({ name }) => name === policy.quorum) ?? { threshold: 1, members: [policy.quorum] };
  const counts = { k: held(asked), n: asked.members.length, needed: asked.threshold };
  if (!met.has(policy.quorum)) refuse("refused", "quorum", counts);
  done(policy.quorum === "none" ? "alone" : "witnesses", counts);
  if (proof.index >= head.size) refuse("bad-proof", "index", facts);
  if (await rootOf(await sha256("\0", proof.leaf), proof.index, head.size, proof.path) !== head.root) refuse("bad-proof", "path");
  done("path", facts);
  return facts;
}
function start(form) {
  const at = (id) => document.getElementById(`check-${id}`), lang = document.documentElement.lang, wanted = form.dataset;
  const online = wanted.id && location.protocol !== "file:", clock = { timeZone: "Asia/Seoul", dateStyle: "long", timeStyle: "short" };
  const shown = (value) => typeof value === "string" ? utf8(value) ?? "?" : value.toLocaleString(lang, clock);
  const say = (key, facts = {}) => at(`word-${key}`).textContent.replace(/\{(\w+)\}/g, (_, name) => shown(facts[name]));
  const write = (place, className, ...said) => Object.assign(place, { className, textContent: say(...said) });
  const add = (list, ...said) => write(at(list).appendChild(document.createElement("li")), said[0], ...said);
  const conclude = (kind, ...said) => write(at("verdict"), `notice ${kind}`, ...said);
  const read = async (name) => {
    const { files: [file], dataset: { href } } = at(name), source = file ? "file" : online ? "node" : refuse("missing", name);
    if (file?.size > 2 ** 21) refuse("too-large", name);
    add("sources", `${source}-${name}`);
    const answer = file ?? await fetch(href).catch(() => refuse("unavailable", name));
    return answer.ok === false ? refuse("unavailable", name) : text(await answer.arrayBuffer());
  };
  const run = async () => {
    for (const list of ["steps", "sources"]) at(list).replaceChildren();
    conclude("", "running");
    try {
      const files = { proof: await read("proof"), body: await read("body"), policy: await read("policy") };
      const { id, rev, origin } = await verify(files, (...said) => add("steps", ...said));
      const same = id === wanted.id && rev === wanted.rev && utf8(origin) === wanted.origin;
      if (!same && !at("proof").files.length) refuse("bad-proof", "other", { id, origin });
      conclude("good", "verified", { id, rev, origin });
    } catch ({ code, where, facts }) { conclude("bad", where ? `${where}-${code}` : "stopped", facts); }
  };
  let queue = online ? run() : Promise.resolve();
  form.addEventListener("submit", (event) => { event.preventDefault(); queue = queue.then(run); });
  form.hidden = false;
}
if (globalThis.document) start(document.getElementById("check-files"));
