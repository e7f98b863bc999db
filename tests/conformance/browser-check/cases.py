# SPDX-License-Identifier: Apache-2.0
"""Genuine evidence (proof, body, policy) and everything that can be wrong with it."""
import base64
import hashlib
import random
import re

from protocol import P256_COSIGNATURE, P256_ORDER, p256_der

ED_ORDER = 2**252 + 27742317777372353535851937790883648493
ED_PRIME = 2**255 - 19
P256_PRIME = 2**256 - 2**224 + 2**192 + 2**96 - 1
P256_B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
GENUINE, MALFORMED, LARGE, UNKNOWN = "ok", "malformed", "too-large", "unknown-key"
NOT_GENUINE = "anything but ok"
BODY, FORGED, PLACE, QUORUM, NEWER = "bad-commitment", "bad-signature", "bad-proof", "refused", "unsupported"


def vkey(name, kind, public, wrong=0):
    raw = bytes([kind]) + public
    hashed = hashlib.sha256(raw[1:] if kind == 2 else name + b"\n" + raw).digest()[:4]
    key_id = (int.from_bytes(hashed, "big") ^ wrong).to_bytes(4, "big").hex()
    return name + b"+" + key_id.encode() + b"+" + base64.b64encode(raw)


def respelt(word):
    """The base64 of the same 32 bytes with a spare bit set."""
    alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    return word[:-2] + alphabet[alphabet.index(word[-2]) | 1:][:1] + b"="


def point_with_a_large_x():
    """A point of P-256 whose x is written as x + p."""
    x, square, y = 0, 1, 0
    while y * y % P256_PRIME != square:
        x += 1
        square = (x**3 - 3 * x + P256_B) % P256_PRIME
        y = pow(square, (P256_PRIME + 1) // 4, P256_PRIME)
    return b"\4" + (x + P256_PRIME).to_bytes(32, "big") + y.to_bytes(32, "big")


class Proof:
    """A proof in its parts, to be put together with one of them changed."""

    def __init__(self, raw):
        head, self.note = raw.split(b"\n\n", 1)
        lines = head.split(b"\n")
        self.extra, self.index, self.path = base64.b64decode(lines[1][6:]), int(lines[2][6:]), lines[3:]
        self.text, self.signatures = self.note.rsplit(b"\n\n", 1)
        self.text += b"\n"
        self.signatures = self.signatures.split(b"\n")[:-1]

    def make(self, extra=None, index=None, path=None, text=None, signatures=None):
        extra = self.extra if extra is None else extra
        lines = [b"c2sp.org/tlog-proof@v1", b"extra " + base64.b64encode(extra),
                 b"index " + str(self.index if index is None else index).encode(), *(self.path if path is None else path)]
        note = (self.text if text is None else text) + b"\n"
        note += b"".join(line + b"\n" for line in (self.signatures if signatures is None else signatures))
        return b"\n".join(lines) + b"\n\n" + note


def other_spelling(line):
    """The same signature with s replaced by n - s or S + L: mathematically good, and refused."""
    start, word = line.rsplit(b" ", 1)
    raw = base64.b64decode(word)
    key_id, blob = raw[:4], raw[4:]
    if b"/witness " in line or b"/mirror " in line:
        head, r, s = blob[:8], blob[8:40], blob[40:]
    else:
        head, r, s = b"", blob[:32], blob[32:]
    if len(blob) in (64, 72):
        low = (int.from_bytes(s, "little") + ED_ORDER) % 2**256
        high = P256_ORDER - int.from_bytes(s, "big")
        for changed in (low.to_bytes(32, "little"), high.to_bytes(32, "big") if high > 0 else None):
            if changed:
                yield start + b" " + base64.b64encode(key_id + head + r + changed)
    if not head and len(blob) not in (64, 72):  # DER
        length = blob[3]
        r, s = (int.from_bytes(part, "big") for part in (blob[4:4 + length], blob[6 + length:]))
        numbers = r.to_bytes(32, "big"), (P256_ORDER - s).to_bytes(32, "big")
        yield start + b" " + base64.b64encode(key_id + p256_der(*numbers))
        yield start + b" " + base64.b64encode(key_id + blob + b"\0")
        yield start + b" " + base64.b64encode(key_id + bytes([0x30, blob[1] + 1, 2, length + 1, 0]) + blob[4:])
        yield start + b" " + base64.b64encode(key_id + b"\x30\x81" + blob[1:])


def changed_leaves(leaf):
    """Leaf → verdict. One that is well-formed no longer has the commitment's leaf hash, or another commitment."""
    at = leaf.index(b'"commit":"') + 10
    yield leaf.replace(b'"rev":1', b'"rev":2'), PLACE
    yield leaf.replace(b'"class":"public"', b'"class":"members"'), PLACE
    yield leaf[:at] + (b"B" if leaf[at:at + 1] != b"B" else b"C") + leaf[at + 1:], BODY
    yield re.sub(rb'"size":\d+', b'"size":4194304', leaf), BODY
    yield leaf.replace(b'"v":1', b'"v":2'), NEWER
    yield leaf.replace(b'"v":1', b'"v":12'), NEWER
    yield leaf.replace(b'"type":"service"', b'"type":"erase"').replace(b'"time"', b'"target":0,"time"'), PLACE
    for old, new in ((b'"v":1', b'"v":0'), (b'"v":1', b'"v":-1'), (b'"v":1', b'"v":"1"'), (b'"v":1', b'"v":1.0'),
                     (b'"rev":1', b'"rev":0'), (b'"rev":1', b'"rev":01'), (b'"rev":1', b'"rev":9007199254740992'),
                     (b'"rev":1', b'"rev":true'), (b'"type":"service"', b'"type":"erase"'),
                     (b'"time"', b'"target":0,"time"'), (b'"type":"service"', b'"type":"Service"'),
                     (b'"type":"service"', b'"type":"' + b"a" * 33 + b'"'), (b'{"class"', b'{ "class"'),
                     (b'"v":1}', b'"v":1}\n'), (b'"v":1}', b'"v":1,"w":1}'), (b'"id":"', b'"id":"A'),
                     (b'"class":"public",', b''), (b'"class":"public"', b'"class":"secret"')):
        yield leaf.replace(old, new), MALFORMED
    for size in (b"512", b"1023", b"3072", b"9007199254740992"):
        yield re.sub(rb'"size":\d+', b'"size":' + size, leaf), MALFORMED
    for time in (b"2026-02-30T00:00:00Z", b"2026-13-01T00:00:00Z", b"2026-11-28T24:00:00Z", b"2026-11-28T00:60:00Z",
                 b"2026-11-28T00:00:60Z", b"2026-11-28 00:00:00Z", b"0000-00-00T00:00:00Z"):
        yield re.sub(rb'"time":"[^"]*"', b'"time":"' + time + b'"', leaf), MALFORMED
    for time in (b"0000-01-01T00:00:00Z", b"2024-02-29T23:59:59Z", b"9999-12-31T23:59:59Z"):
        yield re.sub(rb'"time":"[^"]*"', b'"time":"' + time + b'"', leaf), PLACE
    yield leaf.replace(b'"type":"service"', b'"type":"service","u":"' + b"x" * 1000 + b'"'), LARGE


def changed_heads(proof, known, needed):
    """`known`: numbers of the signature lines that the policy knows, the log's first; it wants `needed` witnesses."""
    lines, text = proof.signatures, proof.text
    origin, size, root = text.split(b"\n")[:3]
    stranger = "— stranger.example/w ".encode() + base64.b64encode(b"\1\2\3\4" + b"x" * 72)
    yield "forged: another size", {"text": text.replace(b"\n" + size, b"\n" + str(int(size) + 1).encode())}, FORGED
    yield "forged: another root", {"text": b"\n".join([origin, size, base64.b64encode(bytes(32)), b""])}, FORGED
    yield "forged: another log", {"text": b"x" + text}, UNKNOWN
    yield "an extension line", {"text": text + b"more\n"}, MALFORMED
    yield "a size with a zero before", {"text": text.replace(b"\n" + size, b"\n0" + size)}, MALFORMED
    yield "an empty tree", {"text": b"\n".join([origin, b"0", root, b""])}, MALFORMED
    yield "no signature of the log", {"signatures": [line for i, line in enumerate(lines) if i != known[0]]}, UNKNOWN
    yield "no witness", {"signatures": [lines[known[0]]]}, QUORUM
    yield "one witness too few", {"signatures": [lines[i] for i in known[:needed]]}, QUORUM
    yield "just enough witnesses", {"signatures": [lines[i] for i in known[:needed + 1]]}, GENUINE
    yield "each signature twice", {"signatures": lines + lines}, GENUINE
    yield "in another order", {"signatures": lines[::-1]}, GENUINE
    yield "signatures of strangers", {"signatures": [stranger] + lines + [stranger] * (100 - len(lines) - 1)}, GENUINE
    yield "too many signatures", {"signatures": lines + [stranger] * (101 - len(lines))}, LARGE
    yield "a head over 64 KiB", {"signatures": lines + [b"\xe2\x80\x94 s " + base64.b64encode(b"x" * 60000)]}, LARGE
    yield "a signature under a name with a space", {"signatures": lines + ["— a\u3000b AAAAAAA=".encode()]}, MALFORMED
    yield "a name that is not UTF-8", {"signatures": lines + [b"\xe2\x80\x94 \xff AAAAAAA="]}, MALFORMED
    yield "a signature of four bytes", {"signatures": lines + ["— s AAAAAA==".encode()]}, MALFORMED
    for number, line in enumerate(lines):
        cut = line.rsplit(b" ", 1)[0] + b" " + base64.b64encode(base64.b64decode(line.rsplit(b" ", 1)[1])[:-1])
        verdict = FORGED if number in known else GENUINE
        yield f"signature {number} cut", {"signatures": lines[:number] + [cut] + lines[number + 1:]}, verdict
        for spelling, other in enumerate(other_spelling(line)):
            yield (f"signature {number} in another spelling {spelling}",
                   {"signatures": lines[:number] + [other] + lines[number + 1:]}, verdict)


def changed_policies(policy, signatures):
    """`signatures`: lines of the proof. Its quorum may lack the witness that the policy names first."""
    lines, signed = policy.split(b"\n")[:-1], {line.split(b" ")[1] for line in signatures}
    witnesses = [line.split(b" ") for line in lines if line.startswith(b"witness ")]
    log, witness = lines[0].split(b" ")[1], next(one for one in witnesses if one[2].split(b"+")[0] in signed)
    name, quorum = log.split(b"+")[0], lines[-1]
    spare = b"witness spare " + vkey(b"spare", 4, base64.b64decode(b"gTl3Dqh9F19Wo1Rmw0x+zMuNipG07jeiXfYPW4/Js5Q="))
    identity = (1).to_bytes(32, "little")
    bad_keys = [(5, b"x" * 32, NEWER), (0xFF, b"another/v1\n" + b"\4" * 65, NEWER), (1, b"x" * 31, MALFORMED),
                (4, identity, FORGED), (4, bytes(32), FORGED), (4, b"\2" + bytes(31), FORGED),
                (4, (ED_PRIME - 1).to_bytes(32, "little"), FORGED), (0xFF, P256_COSIGNATURE + point_with_a_large_x(), FORGED),
                (4, b"\xff" * 32, FORGED), (0xFF, P256_COSIGNATURE + b"\4" + b"\1" * 64, FORGED),
                (0xFF, P256_COSIGNATURE + b"\2" + b"\1" * 64, FORGED), (0xFF, P256_COSIGNATURE + b"\4" * 33, MALFORMED),
                (0xFF, P256_COSIGNATURE + b"\4" + b"\xff" * 64, FORGED),
                (4, bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"), FORGED),
                (4, bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), FORGED)]
    bad_keys += [(4, (ED_PRIME + low).to_bytes(32, "little"), FORGED) for low in range(19)]
    for number, (kind, public, verdict) in enumerate(bad_keys):
        yield f"policy: bad key {number}", policy + b"witness bad " + vkey(b"bad", kind, public), verdict
    for what, text, verdict in (
            ("comments and tabs", b"# a comment\n\n \t\n" + policy.replace(b" ", b"\t ") + spare, GENUINE),
            ("no last newline", policy[:-1], GENUINE), ("carriage returns", policy.replace(b"\n", b"\r\n"), MALFORMED),
            ("empty", b"", MALFORMED), ("no quorum", policy.replace(quorum, b""), MALFORMED),
            ("two quorums", policy + quorum, MALFORMED), ("quorum none", policy.replace(quorum, b"quorum none"), GENUINE),
            ("quorum of nobody", policy.replace(quorum, b"quorum nobody"), MALFORMED),
            ("quorum of one witness", policy.replace(quorum, b"quorum " + witness[1]), GENUINE),
            ("quorum of a silent witness", policy.replace(quorum, spare + b"\nquorum spare"), QUORUM),
            ("unknown keyword", policy + b"logs x", MALFORMED), ("a keyword of JavaScript", policy + b"constructor x", MALFORMED),
            ("another id", policy.replace(log, log[:len(name) + 1] + b"00000000" + log[len(name) + 9:]), MALFORMED),
            ("the log is not there", policy.replace(lines[0] + b"\n", b""), UNKNOWN),
            ("a log key twice", policy + lines[0], MALFORMED), ("a witness twice", policy + b" ".join(witness), MALFORMED),
            ("a witness under another name", policy + b" ".join([witness[0], b"other", witness[2]]), MALFORMED),
            ("a log key as a witness", policy + b"witness log " + log, MALFORMED),
            ("a witness key as a log", policy + b"log " + witness[2], MALFORMED),
            ("a name that is taken", policy + spare.replace(b" spare ", b" quorum ", 1), MALFORMED),
            ("a witness called none", policy + spare.replace(b" spare ", b" none ", 1), MALFORMED),
            ("a witness called __proto__", policy + spare.replace(b" spare ", b" __proto__ ", 1), GENUINE),
            ("a witness whose name is not UTF-8", policy + spare.replace(b" spare ", b" \xff\xfe ", 1), GENUINE),
            ("a threshold of zero", policy + spare + b"\ngroup g 0 spare", MALFORMED),
            ("a threshold of two of one", policy + spare + b"\ngroup g 2 spare", MALFORMED),
            ("a threshold of JavaScript", policy + spare + b"\ngroup g toString spare", MALFORMED),
            ("all and any", policy + spare + b"\ngroup g all spare\ngroup h any g", GENUINE),
            ("a group of nobody", policy + b"group g all", MALFORMED), ("a group of strangers", policy + b"group g any x", MALFORMED),
            ("a member of two groups", policy + spare + b"\ngroup g any spare\ngroup h any spare", MALFORMED),
            ("a control byte", policy + b"# \x01", MALFORMED), ("too much of a line", policy + lines[0] + b" x y", MALFORMED),
            ("over 1 MiB", policy + b"#" * (1 << 20), LARGE), ("over 2 MiB", policy + b"#" * (2 << 20), LARGE)):
        yield "policy: " + what, text, verdict


def named(proof, body, policy, members, needed):
    """(what, proof, body, policy, verdict). `members`: names of the policy's keys, the log's first; `needed` witnesses are its quorum."""
    parts = Proof(proof)
    salt, leaf = parts.extra[:32], parts.extra[32:]
    known = [i for i, line in enumerate(parts.signatures) if line.split(b" ")[1] in members]
    known.sort(key=lambda i: parts.signatures[i].split(b" ")[1] != members[0])
    yield "genuine", proof, body, policy, GENUINE
    yield "changed body", proof, body.replace(b"2026", b"2025"), policy, BODY
    yield "no body", proof, b"", policy, BODY
    yield "a body over 64 KiB", proof, body + b" " * 65536, policy, LARGE
    yield "another salt", parts.make(extra=bytes(32) + leaf), body, policy, BODY
    yield "salt without leaf", parts.make(extra=salt), body, policy, MALFORMED
    yield "a proof without extra", proof.replace(b"extra " + base64.b64encode(parts.extra) + b"\n", b""), body, policy, MALFORMED
    yield "an empty proof", b"", body, policy, MALFORMED
    yield "a proof over 128 KiB", proof + b"x" * (1 << 17), body, policy, LARGE
    yield "a proof over 2 MiB", proof + b"x" * (2 << 20), body, policy, LARGE
    yield "carriage returns", proof.replace(b"\n", b"\r\n"), body, policy, MALFORMED
    for number, (other, verdict) in enumerate(changed_leaves(leaf)):
        yield f"changed leaf {number}", parts.make(extra=salt + other), body, policy, verdict
    for index in (parts.index - 1, parts.index + 1, 1 << 62):
        yield f"wrong index {index}", parts.make(index=index), body, policy, PLACE
    yield "an index of 2^63", parts.make(index=1 << 63), body, policy, MALFORMED
    yield "a path without its end", parts.make(path=parts.path[:-1]), body, policy, PLACE
    yield "a path that is too long", parts.make(path=parts.path + parts.path[:1]), body, policy, PLACE
    yield "a path in another order", parts.make(path=parts.path[::-1]), body, policy, PLACE
    yield "a hash with spare bits", parts.make(path=[respelt(parts.path[0])] + parts.path[1:]), body, policy, MALFORMED
    yield "64 hashes", parts.make(path=parts.path[:1] * 64), body, policy, MALFORMED
    yield "63 hashes", parts.make(path=parts.path[:1] * 63), body, policy, PLACE
    for what, change, verdict in changed_heads(parts, known, needed):
        yield what, parts.make(**change), body, policy, verdict
    for what, other, verdict in changed_policies(policy, parts.signatures):
        yield what, proof, body, other, verdict


def flipped(proof, body, policy):
    """One bit of every byte of each file, and each file cut everywhere. What must not pass says so; signature lines of
    strangers may change, a witness may fall silent, a policy may come to trust less."""
    files, signatures = [proof, body, policy], proof.rindex(b"\n\n") + 2
    for which, name in enumerate(("proof", "body", "policy")):
        raw = files[which]
        for at, byte in enumerate(raw):
            must = [NOT_GENUINE] if name == "body" or (name == "proof" and at < signatures) else []
            other = raw[:at] + bytes([byte ^ 1 << (at % 8)]) + raw[at + 1:]
            yield f"{name}: byte {at} flipped", *files[:which], other, *files[which + 1:], *must
            yield f"{name}: cut to {at}", *files[:which], raw[:at], *files[which + 1:], *must


def mutated(proof, body, policy, count, seed):
    """Bytes left out, doubled, put in or exchanged, anywhere; the same ones every time."""
    chance = random.Random(seed)
    for number in range(count):
        files = [proof, body, policy]
        which = chance.choice((0, 0, 2))
        raw = files[which]
        at, end = sorted(chance.randrange(len(raw)) for _ in range(2))
        put = chance.choice((b"", b"\n", b" ", b"+", b"=", b"0", b"\xff", b"\xe2\x80\x94 ", raw[at:min(end, at + 80)] * 2))
        files[which] = raw[:at] + put + raw[at + chance.randrange(3):]
        yield f"mutation {number}", *files
