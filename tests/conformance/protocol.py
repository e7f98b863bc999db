# SPDX-License-Identifier: Apache-2.0
"""The reader's half of the Dure federation protocol, written from PROTOCOL.md alone (numbers are its sections).

Python's standard library and the program `openssl`; none of the project's code.
"""
import base64
import calendar
import hashlib
import json
import os
import re
import subprocess
import tempfile

EMPTY_ROOT = hashlib.sha256(b"").digest()
ABSENT = 0xFFFFFFFF
MAX_BODY = 65536
LEAF_MEMBERS = {"class", "commit", "id", "rev", "size", "time", "type", "v"}
ED25519_SPKI = bytes.fromhex("302a300506032b6570032100")
P256_SPKI = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107034200")
P256_COSIGNATURE = b"dure.kr/cosignature-p256/v1\n"
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


class Refused(Exception):
    """What was read is not what the protocol allows, or proves nothing."""


def require(condition, why):
    if not condition:
        raise Refused(why)


def decode_base64(text):
    """1.1: one spelling only."""
    try:
        raw = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise Refused(f"base64: {error}") from error
    require(base64.b64encode(raw).decode() == text, "base64: another spelling")
    return raw


def decode_decimal(text):
    require(re.fullmatch("0|[1-9][0-9]*", text, re.ASCII) and int(text) < 1 << 63, f"not a decimal: {text!r}")
    return int(text)


# 2: keys and notes


class Key:
    def __init__(self, vkey):
        name, key_id, data = self.parts(vkey)
        raw = decode_base64(data)
        hashed = raw[1:] if raw[:1] == b"\x02" else name.encode() + b"\n" + raw
        expected = hashlib.sha256(hashed).digest()[:4]
        require(expected.hex() == key_id, "the key id is not that of the key")
        self.name, self.id, self.type, self.public = name, expected, raw[0], self.public_key(raw)

    @staticmethod
    def public_key(raw):
        """2.4, 2.9: the 32 bytes of Ed25519, the 65 of a point of P-256."""
        kind, behind = raw[0], raw[1:]
        if kind in (1, 4):
            require(len(behind) == 32, "not an Ed25519 key")
            return behind
        prefix = {2: P256_SPKI, 0xFF: P256_COSIGNATURE}.get(kind)
        require(prefix and behind.startswith(prefix), "a key of an unknown type")
        point = behind[len(prefix):]
        require(len(point) == 65 and point[0] == 4, "not a P-256 key")
        return point

    @staticmethod
    def parts(vkey):
        parts = vkey.split("+", 2)
        require(len(parts) == 3 and parts[0], "not a verifier key")
        return parts

    def verify(self, message, signature):
        more = []
        if self.type in (1, 4):
            require(len(signature) == 64, "an Ed25519 signature has 64 bytes")
            spki = ED25519_SPKI + self.public
        else:
            require(p256_numbers(self.type, signature), "not the one spelling of an ECDSA signature")
            if self.type == 0xFF:
                signature = p256_der(signature[:32], signature[32:])
            spki, more = P256_SPKI + self.public, ["-digest", "sha256"]
        with tempfile.TemporaryDirectory() as folder:
            paths = {}
            for name, data in (("key", spki), ("message", message), ("signature", signature)):
                paths[name] = os.path.join(folder, name)
                with open(paths[name], "wb") as file:
                    file.write(data)
            done = subprocess.run(
                ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", paths["key"], "-rawin", *more,
                 "-in", paths["message"], "-sigfile", paths["signature"]],
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        require(done.returncode == 0, "the signature does not verify")

    def verify_cosignature(self, text, data):
        """4.4: when this key said so of the checkpoint with this text."""
        require(self.type in (4, 0xFF) and len(data) == 72, "not a cosignature")
        time = int.from_bytes(data[:8], "big")
        require(1 <= time < 1 << 63, "a cosignature of no time")
        self.verify(f"cosignature/v1\ntime {time}\n{text}".encode(), data[8:])
        return time


def p256_der(r, s):
    """2.9: SEQUENCE { INTEGER r, INTEGER s }."""
    numbers = b""
    for number in (r, s):
        digits = number.lstrip(b"\0") or b"\0"
        digits = b"\0" + digits if digits[0] & 0x80 else digits
        numbers += bytes((2, len(digits))) + digits
    return bytes((0x30, len(numbers))) + numbers


def p256_numbers(kind, signature):
    """2.9: whether this is the only way to write its r and s."""
    if kind == 0xFF:
        r, s = signature[:32], signature[32:]
        if len(signature) != 64:
            return False
    else:
        try:
            length = signature[3]
            r, s = signature[4:4 + length], signature[6 + length:]
        except IndexError:
            return False
        r, s = r.lstrip(b"\0").rjust(32, b"\0"), s.lstrip(b"\0").rjust(32, b"\0")
        if signature != p256_der(r, s):
            return False
    r, s = int.from_bytes(r, "big"), int.from_bytes(s, "big")
    return 1 <= r < P256_ORDER and 1 <= s <= (P256_ORDER - 1) // 2


def parse_note(raw):
    """2.1: (text, [(name, key id, signature)])."""
    try:
        note = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refused("a note that is not UTF-8") from error
    require(not re.search("[\x00-\x09\x0b-\x1f]", note), "a note with control bytes")
    text, found, lines = note.rpartition("\n\n")
    require(found and lines.endswith("\n"), "a note without signatures")
    signatures = []
    for line in lines[:-1].split("\n"):
        match = re.fullmatch("\u2014 ([^ +]+) ([^ ]+)", line)
        require(match, "a line that is no signature")
        data = decode_base64(match[2])
        require(len(data) > 4, "a signature that is too short")
        signatures.append((match[1], data[:4], data[4:]))
    return text + "\n", signatures


def open_checkpoint(raw, key, cosigners=()):
    """4: the size and root that `key` signed for the log of its name, and {name: time} of those `cosigners` whose lines are
    there. Who only reads passes over the lines of other keys (2.4); here all keys are known that have anything to sign, so
    such a line is the server's fault."""
    text, signatures = parse_note(raw)
    lines = text.split("\n")
    require(len(lines) == 4 and lines[3] == "", "a checkpoint has three lines")
    require(lines[0] == key.name, "a checkpoint of another log")
    size, root = decode_decimal(lines[1]), decode_base64(lines[2])
    require(len(root) == 32 and (size > 0 or root == EMPTY_ROOT), "not the root of a tree")
    known, times = {(k.name, k.id): k for k in (key, *cosigners)}, {}
    require((key.name, key.id) in [line[:2] for line in signatures], "the log's key did not sign")
    for name, key_id, signature in signatures:
        signer = known.get((name, key_id))
        require(signer, f"a line of a key that has nothing to sign here: {name}")
        if signer is key:
            key.verify(text.encode(), signature)
        else:
            times[name] = signer.verify_cosignature(text, signature)
    return size, root, times


# 3: trees


def leaf_hash(leaf):
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def tree_root(hashes):
    """RFC 6962, 2.1, word for word."""
    if not hashes:
        return EMPTY_ROOT
    if len(hashes) == 1:
        return hashes[0]
    split = 1 << (len(hashes) - 1).bit_length() - 1
    return node_hash(tree_root(hashes[:split]), tree_root(hashes[split:]))


def verify_inclusion(index, size, leaf, path, root):
    """RFC 9162, 2.1.3.2."""
    require(index < size, "the index is not below the size")
    fn, sn, running = index, size - 1, leaf
    for sibling in path:
        require(sn != 0, "the path is too long")
        if fn & 1 or fn == sn:
            running = node_hash(sibling, running)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            running = node_hash(running, sibling)
        fn, sn = fn >> 1, sn >> 1
    require(sn == 0 and running == root, "the path does not lead to the root")


# 5 and 6: leaves and commitments


def parse_leaf(raw):
    def pairs(members):
        require(len(dict(members)) == len(members), "a name twice")
        return dict(members)

    require(len(raw) <= 1024, "a leaf of over 1024 bytes")
    try:
        leaf = json.loads(raw.decode("utf-8"), object_pairs_hook=pairs)
    except ValueError as error:
        raise Refused("a leaf that is not JSON") from error
    canonical = json.dumps(leaf, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    require(isinstance(leaf, dict) and canonical == raw, "a leaf that is not in RFC 8785 form")
    require(set(leaf) - {"target"} == LEAF_MEMBERS and ("target" in leaf) == (leaf["type"] == "erase"), "other members")
    # bool is an int in Python, hence the exact types
    require({n for n, v in leaf.items() if type(v) is int} <= {"rev", "size", "target", "v"}, "a member of another kind")
    require(all(type(leaf[n]) is str for n in ("class", "commit", "id", "time", "type")), "a member of another kind")
    require(leaf["v"] == 1 and type(leaf["v"]) is int, "a leaf of another version")
    require(leaf["class"] in ("public", "members"), "class")
    require(len(decode_base64(leaf["commit"])) == 32, "commit")
    require(re.fullmatch("[a-z2-7]{25}[aeimquy4]", leaf["id"]), "id")
    require(type(leaf["rev"]) is int and 1 <= leaf["rev"] < 1 << 53, "rev")
    require(type(leaf["size"]) is int and 1024 <= leaf["size"] < 1 << 53 and leaf["size"].bit_count() == 1, "size")
    require(re.fullmatch("[a-z][a-z-]{0,31}", leaf["type"]), "type")
    check_time(leaf["time"])
    return leaf


def check_time(text):
    match = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)Z", text, re.ASCII)
    require(match, "time")
    year, month, day, hour, minute, second = map(int, match.groups())
    require(1 <= month <= 12 and hour < 24 and minute < 60 and second < 60, "time")
    require(1 <= day <= calendar.monthrange(max(year, 1), month)[1], "time")


def check_body(leaf, salt, body):
    """6.1 and 6.4."""
    require(len(salt) == 32 and len(body) <= MAX_BODY, "a body that is too large")
    chunks = [leaf_hash(body[i:i + (1 << 20)]) for i in range(0, len(body), 1 << 20)]
    commitment = hashlib.sha256(
        b"dure-commitment/1\n" + salt + len(body).to_bytes(8, "big") + tree_root(chunks)).digest()
    require(commitment == decode_base64(leaf["commit"]), "not the body that the leaf commits to")
    require(leaf["size"] == max(1024, 1 << (len(body) - 1).bit_length()), "the leaf tells another size")
    try:
        require(isinstance(json.loads(body.decode("utf-8")), dict), "a body that is no JSON object")
    except ValueError as error:
        raise Refused("a body that is no JSON object") from error


# 7: bundles


def split_entries(bundle, width):
    leaves, at = [], 0
    for _ in range(width):
        length = int.from_bytes(bundle[at:at + 2], "big")
        require(at + 2 + length <= len(bundle), "an entry bundle that ends too early")
        leaves.append(bundle[at + 2:at + 2 + length])
        at += 2 + length
    require(at == len(bundle), "bytes after the last entry")
    return leaves


def split_bodies(bundle, width):
    """At most `width` of (salt, body) or None: a server may stop early."""
    bodies, at = [], 0
    while at < len(bundle):
        require(len(bodies) < width and at + 4 <= len(bundle), "a malformed body bundle")
        length = int.from_bytes(bundle[at:at + 4], "big")
        at += 4
        if length == ABSENT:
            bodies.append(None)
            continue
        require(length <= MAX_BODY and at + 32 + length <= len(bundle), "a body bundle that ends inside a body")
        bodies.append((bundle[at:at + 32], bundle[at + 32:at + 32 + length]))
        at += 32 + length
    require(bodies, "a body bundle without an entry")
    return bodies


# 8: proofs and policies


def verify_proof(proof, body, key):
    head, found, checkpoint = proof.partition(b"\n\n")
    lines = head.decode("ascii", "replace").split("\n")
    require(found and len(lines) >= 3 and lines[0] == "c2sp.org/tlog-proof@v1", "not a proof")
    require(lines[1].startswith("extra ") and lines[2].startswith("index "), "not a proof")
    extra, index = decode_base64(lines[1][6:]), decode_decimal(lines[2][6:])
    path = [decode_base64(line) for line in lines[3:]]
    require(len(extra) > 32 and len(path) <= 63 and all(len(h) == 32 for h in path), "not a proof")
    leaf = parse_leaf(extra[32:])
    check_body(leaf, extra[:32], body)
    size, root, _ = open_checkpoint(checkpoint, key)
    verify_inclusion(index, size, leaf_hash(extra[32:]), path, root)
    return index, leaf


def parse_policy(text):
    """The plain policies of nodes: log lines, then `quorum none`."""
    lines = text.split("\n")
    require(lines[-2:] == ["quorum none", ""], "not a node's policy")
    keys = {}
    for line in lines[:-2]:
        fields = line.split(" ")
        require(fields[0] == "log" and len(fields) in (2, 3), "not a node's policy")
        key = Key(fields[1])
        require(key.type in (1, 2), "a log key of another type")
        keys[key.name] = key, fields[2:]
    return keys


# 9: tiles


def tile_width(size, level, index):
    return max(0, min(256, (size >> 8 * level) - 256 * index))


def tile_path(kind, index, width):
    """`kind` is "tile/<level>", "tile/entries" or "bodies"."""
    groups = re.findall("...", f"{index:0{-(-len(str(index)) // 3) * 3}d}")
    path = "/".join(["x" + group for group in groups[:-1]] + groups[-1:])
    return f"{kind}/{path}" + (f".p/{width}" if width < 256 else "")
