# SPDX-License-Identifier: Apache-2.0
"""Four towns of one charter, two of them with keys of the other suite: each is a witness of the others."""
import json
import os
import subprocess
import sys
import time
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from nodes import Node, fetch  # noqa: E402
from protocol import Refused, require  # noqa: E402

WAIT_SECONDS = 120
TOWNS = [("suwon.go.kr", "수원시", "41110", "ed25519"), ("andong.go.kr", "안동시", "47170", "p256"),
         ("suncheon.go.kr", "순천시", "46150", "ed25519"), ("anyang.go.kr", "안양시", "41170", "p256")]


def service(title, english, long=0):
    return {"type": "service", "title": {"ko": title, "en": english}, "summary": {"ko": "간호사가 찾아가 건강을 살핍니다."},
            "description": {"ko": "가나다라 " * long} if long else {"ko": "집으로 찾아갑니다."},
            "department": {"ko": "보건소"}, "contact": {"phone": "031-000-0000"},
            "regions": [{"scheme": "bjd", "code": "4111000000"}], "status": {"code": "running"}, "modified": "2026-03-01",
            "licence": "kogl-1"}


class Town(Node):
    """Listens on a port that was free a moment ago and names it as its address."""

    def begin(self):
        for _ in range(10):
            super().serve()
            address = urllib.parse.urlsplit(self.url).netloc
            self.stop()
            try:
                super().serve("--url", f"http://{address}", "--pull-interval", "86400", listen=address)
                return
            except Refused:
                self.stop()  # somebody was quicker
        raise Refused("no port stayed free")

    def charter(self):
        return json.loads(self.run("charter status", "--json"))

    def pull(self):
        subprocess.run([self.program, "pull", "--data", self.data, "--once"], stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, check=False)


class Federation:
    def __init__(self, program, folder):
        self.towns = [Town(program, folder, *town) for town in TOWNS]

    def start(self):
        for town in self.towns:
            town.begin()
        first = self.towns[0]
        self.until(lambda: first.charter()["members"][0]["url"] == first.url, "the first town names its address")
        for town in self.towns[1:]:
            town.run("join", first.url, "--fingerprint", first.charter()["fingerprint"])
            first.run("charter sign", first.charter()["drafts"][0]["hash"][:12], "--yes")
        self.until(lambda: all(len(town.charter()["members"]) == len(self.towns) for town in self.towns),
                   "all towns know the charter")

    def until(self, good, what):
        end = time.monotonic() + WAIT_SECONDS
        while not good():
            require(time.monotonic() < end, f"not in time: {what}")
            for town in self.towns:
                town.pull()

    def publish_final(self, at, entry):
        """Publishes and waits for the quorum; the id."""
        town = self.towns[at]
        given = (json.dumps(entry, ensure_ascii=False) + "\n").encode()
        answer = json.loads(town.run("publish", "-", "--json", "--wait", "final", "--wait-seconds", str(WAIT_SECONDS),
                                     given=given))
        return answer["published"][0]["id"]

    def evidence(self, at, entry_id):
        """Proof, body and policy as the page finds them: through the links that it carries."""
        town = self.towns[at]
        self.until(lambda: fetch(town.url, f"/e/{entry_id}/check", {}).status == 200, "the page is there")
        page = fetch(town.url, f"/e/{entry_id}/check", {}).body.decode()
        found = []
        for name in ("proof", "body", "policy"):
            marked = page.split(f'id="check-{name}" data-href="')[1].split('"')[0].replace("&amp;", "&")
            answer = fetch(town.url, marked, {})
            require(answer.status == 200, f"{marked}: {answer.status}")
            found.append(answer.body)
        return found

    def stop(self):
        for town in self.towns:
            town.stop()
