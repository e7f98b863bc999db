#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The page that verifies in the browser, and `dure verify`: the same verdict on everything.

DURE_PROGRAM=build/dev/dure DURE_VERDICTS=build/dev/tests/conformance/browser_verdicts tests/conformance/browser-check/check.py

Proofs of a real federation of four towns, with keys of both suites; the page's own script, run by Node.js (20 or newer).
Exit status: 0 they agree, 1 not, 77 (skipped) without Node.js."""
import base64
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(HERE)))
SCRIPT = os.path.join(ROOT, "node/web/check.js")
sys.path[:0] = [HERE, os.path.dirname(HERE)]
# pylint: disable=wrong-import-position
import npm  # noqa: E402
from cases import NOT_GENUINE, flipped, mutated, named  # noqa: E402
from federation import Federation, service  # noqa: E402
from nodes import fetch  # noqa: E402
from protocol import require  # noqa: E402

MUTATIONS = 1000
BY_HAND = {"genuine", "changed body", "changed leaf 0", "changed leaf 4", "wrong index 3", "forged: another root", "no witness",
           "one witness too few", "a proof without extra", "a body over 64 KiB", "the log is not there", "policy: empty"}
WHAT = "the check in the browser was NOT compared with `dure verify`"


def texts(area, language):
    with open(os.path.join(ROOT, f"node/web/texts/{area}.{language}.json"), encoding="utf-8") as file:
        return json.load(file)


def words(data):
    return base64.b64encode(data).decode() or "-"


def run(command, cases, timeout=1500):
    lines = "".join(" ".join(map(words, case)) + "\n" for case in cases)
    done = subprocess.run(command, input=lines.encode(), stdout=subprocess.PIPE, check=False, timeout=timeout)
    require(done.returncode == 0, f"{command[0]} ended with {done.returncode}")
    answers = done.stdout.decode("utf-8", "replace").split("\n")[:-1]
    require(len(answers) == len(cases), f"{len(answers)} answers to {len(cases)} cases")
    return answers


class Words:
    """What `dure verify` says, as the name of an error."""

    def __init__(self):
        said = texts("errors", "en")
        names = ("malformed", "too-large", "unsupported", "bad-signature", "bad-commitment", "unknown-key", "bad-proof", "refused")
        self.starts = [(said[key].split("{")[0], name) for name in names for key in ("errors." + name, "errors.verify_" + name)
                       if key in said]
        self.starts.append(("is larger than", "too-large"))

    def verdict(self, folder, answer):
        code, _, said = answer.partition(" ")
        if code == "0":
            return "ok"
        require(said.startswith("dure: "), f"not understood: {answer}")
        said = re.sub(f"^dure: ({re.escape(folder)}/(proof|body|policy):? )?", "", said)
        found = {name for start, name in self.starts if said.startswith(start)}
        require(len(found) == 1, f"not understood: {answer}")
        return found.pop()


def check_words(answers):
    """The page has a text for everything that was said, with no place that the script cannot fill."""
    said = {(key, tuple(sorted(places))) for answer in answers for key, places in answer["said"]}
    for language in ("ko", "en"):
        table = texts("pages", language)
        for key, places in said:
            text = table.get("pages.check.word." + key)
            require(text, f"no {language} text for {key}")
            missing = set(re.findall(r"\{(\w+)\}", text)) - set(places)
            require(not missing, f"{key} in {language} wants {missing}")
    return len({key for key, _ in said})


def compare(program, what, cases, folder):
    """`cases`: (name, proof, body, policy[, verdict])."""
    files = [case[1:4] for case in cases]
    page = [json.loads(line) for line in run(["node", os.path.join(HERE, "verify.mjs"), SCRIPT], files)]
    reference = [Words().verdict(folder, line) for line in run([program, folder], files)]
    counts = {}
    for case, ours, theirs in zip(cases, page, reference):
        require(ours["verdict"] == theirs, f"{what}, {case[0]}: the page says {ours}, dure verify {theirs}")
        if len(case) == 5:
            right = theirs != "ok" if case[4] == NOT_GENUINE else theirs == case[4]
            require(right, f"{what}, {case[0]}: {theirs} instead of {case[4]}")
        counts[theirs] = counts.get(theirs, 0) + 1
    print(f"{what}: {len(cases)} cases, the same verdict on each: {counts}; {check_words(page)} texts")


def save(folder, name, data):
    with open(os.path.join(folder, name), "wb") as file:
        file.write(data)
    return os.path.join(folder, name)


def check_by_hand(dure, folder, cases):
    """The program itself, as people run it, on what has a name."""
    for name, proof, body, policy, verdict in cases:
        done = subprocess.run([dure, "verify", save(folder, "proof", proof), save(folder, "body", body), "--policy",
                               save(folder, "policy", policy)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              env={**os.environ, "LC_ALL": "en_US.UTF-8"}, check=False)
        said = Words().verdict(folder, f"{done.returncode} {done.stderr.decode()}")
        require(said == verdict, f"dure verify, {name}: {said} instead of {verdict}")


def check_wycheproof():
    file = os.path.join(os.environ.get("DURE_SHARED", ""), "vectors/wycheproof/ed25519_test.json")
    if not os.path.exists(file):
        print("! DURE_SHARED names no folder with Wycheproof's tests: the script's Ed25519 was NOT tried with them")
        return
    done = subprocess.run(["node", os.path.join(HERE, "wycheproof.mjs"), SCRIPT, file], check=False)
    require(done.returncode == 0, "Wycheproof's tests of Ed25519")


def evidence_of(federation, at, folder, verdicts, dure):
    town = federation.towns[at]
    title = "방문 건강관리"
    town.publish([service(f"{title} {number}", f"Home visits {number}") for number in range(4)])
    entry = federation.publish_final(at, service(title, "Home visits", 10))
    federation.publish_final(at, service("앞의 것을 덮는 항목", "On top"))
    proof, body, policy = federation.evidence(at, entry)
    told = town.run("charter policy")
    require(policy == told, "the page's policy is not that of `dure charter policy`")
    origin = town.origin.encode()
    members = [origin] + re.findall(rb"^witness (\S+) ", policy, re.MULTILINE)
    listed = list(named(proof, body, policy, members, 2))
    other = hashlib.sha256(federation.towns[at - 1].origin.encode()).hexdigest()
    listed.append(("another town's policy", proof, body, fetch(town.url, f"/federation/policy/{other}", {}).body, "unknown-key"))
    listed.append(("the keys alone", proof, body, fetch(town.url, "/federation/policy", {}).body, "ok"))
    check_by_hand(dure, folder, [case for case in listed if case[0] in BY_HAND])
    compare(verdicts, f"{town.member}, named", listed, folder)
    genuine = [("genuine", proof, body, policy)]
    compare(verdicts, f"{town.member}, flipped and cut", genuine + list(flipped(proof, body, policy)), folder)
    compare(verdicts, f"{town.member}, mutated", genuine + list(mutated(proof, body, policy, MUTATIONS, at)), folder)


def main():
    dure, verdicts = os.environ.get("DURE_PROGRAM", ""), os.environ.get("DURE_VERDICTS", "")
    if not os.path.exists(dure) or not os.path.exists(verdicts):
        npm.skip(WHAT, "DURE_PROGRAM or DURE_VERDICTS names no program")
    npm.need(WHAT, "node")
    version = subprocess.run(["node", "--version"], stdout=subprocess.PIPE, check=False).stdout.decode()
    if int(re.search(r"\d+", version)[0]) < 20:
        npm.skip(WHAT, f"node {version.strip()} is too old; 20 is needed")
    check_wycheproof()
    with tempfile.TemporaryDirectory() as folder:
        federation = Federation(os.path.abspath(dure), folder)
        scratch = os.path.join(folder, "scratch")
        os.mkdir(scratch)
        try:
            federation.start()
            for at in (0, 1):
                evidence_of(federation, at, scratch, verdicts, os.path.abspath(dure))
        finally:
            federation.stop()


if __name__ == "__main__":
    main()
