#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Does `dure` do what PROTOCOL.md says? Starts two nodes (DURE_PROGRAM), lets one publish and the other mirror, and
verifies what both serve with a reader that shares no code with them.

  check.py               exit status 0: everything agrees; 1: something does not, and what
  check.py --self-check  then reads everything again, each time with one bit of one fetched thing changed, and
                         demands that every such change is noticed
"""
import argparse
import hashlib
import json
import os
import sys
import tarfile
import tempfile
import time

sys.dont_write_bytecode = True  # the folder of the sources stays clean
# pylint: disable=wrong-import-position
from charter import open_charter  # noqa: E402
from nodes import Node, Recorder, fetch, fetch_until  # noqa: E402
from protocol import (Key, Refused, open_checkpoint, parse_leaf, parse_note, parse_policy, require,  # noqa: E402
                      verify_proof)
from reader import LogReader, expect  # noqa: E402

CARD = {"log_vkey", "name", "origin", "region", "role", "url", "request_vkey"}
NOT_THERE = [
    "log/tile/0/0", "log/tile/0/0000", "log/tile/0/x000/000", "log/tile/00/000", "log/tile/0/000.p/0",
    "log/tile/0/000.p/01", "log/tile/0/000.p/256", "log/tile/0/000/", "log/tile/-1/000", "log/tile/entries/00",
    "log/bodies/0", "log/tile/0/001.p/45", "log/tile/0/001", "log/tile/0/002.p/1", "log/tile/1/000.p/2",
    "log/tile/2/000.p/1", "log/tile/7/000", "log/tile/63/000.p/1", "log/tile/64/000.p/1", "log/tile/entries/001.p/45",
    "log/tile/entries/x999/x999/999", "log/bodies/001", "log/entries/000", "log", "mirror/00/checkpoint",
]


def service(number, characters):
    return {
        "type": "service",
        "title": {"ko": f"방문 건강관리 {number}"}, "summary": {"ko": "간호사가 찾아가 건강을 살핍니다."},
        "description": {"ko": "가" * characters}, "department": {"ko": "보건소 건강증진과"},
        "contact": {"phone": "031-000-0000"}, "regions": [{"scheme": "bjd", "code": "4111000000"}],
        "status": {"code": "running"}, "modified": "2026-03-01", "licence": "kogl-1"}


class World:
    """Two nodes with keys of different suites: A publishes 300 entries in two steps, B mirrors them. Bodies of 200 bytes to 18 KB, so that leaves
    have sizes of several kinds and no answer holds a whole bundle of bodies."""

    def __init__(self, program, folder):
        self.recorder = Recorder()
        self.file = os.path.join(folder, "transfer.tar")
        self.a = Node(program, folder, "suwon.go.kr", "수원시", "41110")
        self.b = Node(program, folder, "andong.go.kr", "안동시", "47170", "p256")

    def run(self):
        self.began = int(time.time())
        self.a.serve()
        self.b.serve()
        empty = fetch(self.a.url, "/log/checkpoint", {}).body
        self.ids = self.a.publish([service(i, 10 * i + 1) for i in range(5)])
        self.earlier = [empty, fetch(self.a.url, "/log/checkpoint", {}).body]
        self.ids += self.a.publish([service(i, 6000) for i in range(5, 298)])
        self.a.publish([{**service(0, 20), "id": self.ids[0]}])
        self.a.run("withdraw", self.ids[1], "--reason", "끝난 사업입니다")
        self.b.run("peer add", self.a.url, "--yes")
        self.b.run("pull", "--once")
        head = fetch(self.a.url, "/log/checkpoint", {}).body
        fetch_until(self.b.url, mirror(self.a) + "/checkpoint", lambda answer: is_cosigned(answer, head, self.b))
        # the catalogue of a node runs behind its mirrors
        fetch_until(self.b.url, f"/api/v1/entries/{self.ids[1]}?rev=2", lambda answer: answer.status == 200)
        self.b.run("export", self.file)

    def stop(self):
        self.a.stop()
        self.b.stop()


def mirror(node):
    return "/mirror/" + hashlib.sha256(node.origin.encode()).hexdigest()


def is_cosigned(answer, head, node):
    """Whether a mirror shows this head and says that it holds it (19.5), which it does a little later. What the line is worth
    is for the reader to see."""
    if answer.status != 200:
        return False
    (text, lines), expected = parse_note(answer.body), parse_note(head)[0]
    return text == expected and node.member + "/mirror" in [name for name, _, _ in lines]


def read_json(world, node, path):
    answer = world.recorder.get(node.url, path)
    expect(answer, 200, "application/json", "no-cache")
    again = world.recorder.get(node.url, path, If_None_Match=answer["ETag"])
    require(answer["ETag"] and again.status == 304, f"{path}: ETag")
    return json.loads(answer.body)


def check_card(world, node):
    card = read_json(world, node, "/federation/node")
    key = Key(card["log_vkey"])
    request = Key(card["request_vkey"])
    require(set(card) == CARD and key.type == node.key_type and key.name == card["origin"] == node.origin, "card")
    require(request.type == node.key_type and request.name == node.member + "/request", "request key")
    require(request.public != key.public, "2.8: one key has one purpose")
    require((card["name"], card["region"], card["role"], card["url"]) == (node.name, node.region, "town", ""), "card")
    return key, check_charter(world, node, {"log/1": key, "request": request})


def check_charter(world, node, known):
    """16: a node that is alone is the only member of its own federation. Gives the key of its mirror."""
    answer = world.recorder.get(node.url, "/federation/charter")
    expect(answer, 200, "text/plain; charset=utf-8", "no-cache")
    members = open_charter(answer.body)
    require(set(members) == {node.member}, "charter: other members")
    keys = members[node.member]
    require(set(keys) == {"log/1", "witness", "mirror", "request"}, "charter: other keys")
    require(all((keys[p].name, keys[p].id) == (key.name, key.id) for p, key in known.items()), "charter: not the card's keys")
    require({keys["witness"].type, keys["mirror"].type} == {4 if node.key_type == 1 else 0xFF}, "charter: another suite")
    return keys["mirror"]


def check_heads(world, logs):
    """9.6: each note is verified by itself."""
    heads = read_json(world, world.b, "/federation/heads")["heads"]
    logs = sorted(logs, key=lambda log: log.key.name)
    require([head["origin"] for head in heads] == [log.key.name for log in logs], "heads of other logs")
    for head, log in zip(heads, logs, strict=True):
        require(set(head) == {"origin", "checkpoint"}, "heads")
        log.require_same_head(head["checkpoint"].encode(), "heads: another one than is served")


def check_policy(world, keys):
    answer = world.recorder.get(world.b.url, "/federation/policy")
    expect(answer, 200, "text/plain; charset=utf-8", "no-cache")
    policy = parse_policy(answer.body.decode())
    require({name: key.public for name, (key, _) in policy.items()} == {k.name: k.public for k in keys}, "policy")
    require(policy[world.a.origin][1] == [world.a.url + "/log"], "policy: URL")
    return policy


def check_refusals(world):
    """9.2 to 9.4: what is not there, and how it is said."""
    unknown = [mirror(world.a).upper().replace("/MIRROR", "mirror") + "/checkpoint"]
    for path in NOT_THERE + unknown:
        expect_problem(world.recorder.get(world.a.url, "/" + path), 404, "not-found", path)
    for path in ("bodies/000?from=256", "bodies/000?from=01", "bodies/000?form=1", "tile/0/000?from=1"):
        expect_problem(world.recorder.get(world.a.url, "/log/" + path), 400, "malformed", path)


def expect_problem(answer, status, name, path):
    expect(answer, status, "application/problem+json", "no-store")
    problem = json.loads(answer.body)
    require(problem["type"] == "urn:dure:error:" + name and problem["status"] == status and problem["title"], path)


def check_proofs(world, policy, log):
    """8, through the mirror: a first revision, a second one, the last entry, a withdrawal."""
    for index in (0, 4, 255, len(log.leaves) - 2, len(log.leaves) - 1):
        leaf = parse_leaf(log.leaves[index])
        query = f"?rev={leaf['rev']}"
        proof, body = (world.recorder.get(world.b.url, f"/api/v1/entries/{leaf['id']}/{part}{query}")
                       for part in ("proof", "body"))
        expect(proof, 200, "text/plain; charset=utf-8", "public, max-age=60")
        expect(body, 200, "application/json", "public, max-age=60")
        found, proven = verify_proof(proof.body, body.body, policy[world.a.origin][0])
        require(found == index and proven == leaf and body.body == log.bodies[index][1], "another entry")
        plain = hashlib.sha256(body.body).hexdigest()
        require(not any(plain[:16] in value for value in body.headers.values()), "6.3: an unsalted hash of a body")


def check_transfer(world, logs):
    """10.8: the same bytes in one file; of a checkpoint the same head, whose cosignatures may be others."""
    expected, heads = {}, {}
    for log in logs:
        folder = hashlib.sha256(log.key.name.encode()).hexdigest()
        expected[f"{folder}/origin"] = log.key.name.encode() + b"\n"
        heads[f"{folder}/checkpoint"] = log
        for (url, path, headers), answer in world.recorder.answers.items():
            if url == log.url and path.startswith(log.prefix + "/") and not headers and "?" not in path:
                expected[folder + path[len(log.prefix):]] = answer.body
    with tarfile.open(world.file, "r:") as archive:
        for member in archive:
            require(member.isreg() and (member.mode, member.uid, member.mtime) == (0o644, 0, 0), member.name)
            held = archive.extractfile(member).read()
            require(member.name in expected, f"{member.name}: not among what was fetched")
            if member.name in heads:
                heads[member.name].require_same_head(held, f"{member.name}: another head than over HTTP")
                continue
            # a body bundle in a file is whole; over HTTP it may stop early
            same = held.startswith(expected[member.name]) if "/bodies/" in member.name else held == expected[member.name]
            require(same, f"{member.name}: other bytes than over HTTP")


def check(world):
    (key_a, _), (key_b, mirror_b) = check_card(world, world.a), check_card(world, world.b)
    own = LogReader(world.recorder, world.a.url, "/log", key_a)
    own.read_all()
    own.read_parts()
    for note in world.earlier[1:]:
        own.read_earlier(note)
    require(own.size == 300 and world.earlier[0].split(b"\n")[1] == b"0", "sizes")
    require(sorted({parse_leaf(leaf)["size"] for leaf in own.leaves}) == [1024, 32768], "leaf sizes")
    mirrored = LogReader(world.recorder, world.b.url, mirror(world.a), key_a, mirror_b)
    mirrored.read_all()
    mirrored.require_same_head(own.note, "mirror: another head")
    require(mirrored.leaves == own.leaves and mirrored.bodies == own.bodies, "mirror")
    require(world.began <= mirrored.times[mirror_b.name] <= time.time(), "mirror: the time of its cosignature")
    other = LogReader(world.recorder, world.b.url, "/log", key_b)
    other.read_all()
    same = world.recorder.get(world.a.url, mirror(world.a) + "/checkpoint")
    require(same.body == own.note, "a node's own log is served under its hash too")
    check_heads(world, [mirrored, other])
    policy = check_policy(world, [key_a, key_b])
    check_refusals(world)
    check_proofs(world, policy, own)
    check_transfer(world, [mirrored, other])


def check_every_byte(world):
    """Of a mirror's checkpoint, the log's line and the mirror's, each byte."""
    (key_a, _), (_, mirror_b) = check_card(world, world.a), check_card(world, world.b)
    note = world.recorder.get(world.b.url, mirror(world.a) + "/checkpoint").body
    for at, byte in enumerate(note):
        wrong = note[:at] + bytes([byte ^ 1]) + note[at + 1:]
        try:
            open_checkpoint(wrong, key_a, [mirror_b])
        except Refused:
            continue
        raise Refused(f"not noticed: byte {at} of a mirror's checkpoint")


def check_itself(world):
    """Every kind of thing that was fetched, with one bit changed at its beginning, in its middle, near its end (in a note the
    last line's signature), at its end."""
    missed = []
    check(world)  # what was remembered is sound as it is
    check_every_byte(world)
    for key in world.recorder.data():
        for at, mask in ((0, 1), (len(world.recorder.answers[key].body) // 2, 4), (-6, 1), (-1, 1)):
            world.recorder.corrupt(key, at, mask)
            try:
                check(world)
                missed.append(f"{key[1]}, byte {at}")
            except (Refused, ValueError, KeyError, TypeError):
                pass
    world.recorder.wrong = None
    require(not missed, "not noticed: " + "; ".join(missed))
    print(f"a wrong bit was noticed in each of {len(world.recorder.data())} things that were fetched")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--self-check", action="store_true")
    options = parser.parse_args()
    program = os.environ.get("DURE_PROGRAM", "")
    if not os.access(program, os.X_OK):
        print("DURE_PROGRAM does not name the program dure", file=sys.stderr)
        return 77
    with tempfile.TemporaryDirectory(prefix="dure-conformance-") as folder:
        world = None
        try:
            world = World(program, folder)
            world.run()
            check(world)
            print(f"{len(world.recorder.answers)} answers agree with the protocol")
            if options.self_check:
                check_itself(world)
        except Refused as error:
            print(f"does not conform: {error}", file=sys.stderr)
            return 1
        finally:
            if world:
                world.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
