# SPDX-License-Identifier: Apache-2.0
"""Real nodes: started, fed and asked over HTTP as anybody would; and what was fetched, to be read again with one
byte changed."""
import gzip
import http.client
import json
import os
import select
import subprocess
import time
import urllib.parse

from protocol import Refused, require

START_SECONDS = 60


class Node:
    def __init__(self, program, folder, member, name, region, suite="ed25519"):
        self.program, self.data, self.origin = program, os.path.join(folder, member), f"{member}/dure/1"
        self.member, self.name, self.region, self.process, self.url = member + "/dure", name, region, None, ""
        self.key_type = 1 if suite == "ed25519" else 2
        self.run("init", "--origin", self.origin, "--name", name, "--region", region, "--role", "town", "--yes",
                 "--suite", suite)

    def run(self, command, *arguments, given=None):
        done = subprocess.run([self.program, *command.split(), "--data", self.data, *arguments], input=given,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        require(done.returncode == 0, f"dure {command} ended with {done.returncode}: {done.stderr.decode()}")
        return done.stdout

    def serve(self, *settings, listen="127.0.0.1:0"):
        self.process = subprocess.Popen(
            [self.program, "serve", "--data", self.data, "--listen", listen, "--log-level", "off", *settings],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        ready, _, _ = select.select([self.process.stdout], [], [], START_SECONDS)
        line = self.process.stdout.readline().decode() if ready else ""
        require(line.startswith("listening on "), "dure serve did not start")
        self.url = line.split()[-1]

    def publish(self, entries):
        given = "".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in entries).encode()
        answer = json.loads(self.run("publish", "-", "--json", given=given))
        return [done["id"] for done in answer["published"]]

    def status(self):
        return json.loads(self.run("status", "--json"))

    def vkey(self):
        return self.status()["log_vkey"]

    def stored(self, origin):
        """How many entries of a peer's log are on disk here, shown or not."""
        return next(peer["size"] for peer in self.status()["peers"] if peer["origin"] == origin)

    def stop(self):
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()


class Answer:
    def __init__(self, path, status, headers, body):
        self.path, self.status, self.headers, self.body = path, status, headers, body

    def __getitem__(self, name):
        return self.headers.get(name.lower(), "")


def fetch(url, path, headers):
    """One GET; the body is decoded."""
    connection = http.client.HTTPConnection(urllib.parse.urlsplit(url).netloc, timeout=30)
    try:
        connection.request("GET", path, headers={"Accept-Encoding": "identity", **headers})
        response = connection.getresponse()
        body = response.read()
        fields = {name.lower(): value for name, value in response.getheaders()}
    except (OSError, http.client.HTTPException) as error:
        raise Refused(f"{url}{path}: {error}") from error
    finally:
        connection.close()
    if fields.get("content-encoding") == "gzip":
        body = gzip.decompress(body)
    return Answer(path, response.status, fields, body)


def fetch_until(url, path, good, seconds=180):
    """Asks again until the answer is `good`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if good(fetch(url, path, {})):
            return
        time.sleep(0.05)
    raise Refused(f"{url}{path} did not become what it should be in {seconds} s")


class Recorder:
    """Fetches each thing once and remembers it; `corrupt` changes one bit of what was remembered."""

    def __init__(self):
        self.answers = {}
        self.wrong = None

    def get(self, url, path, **headers):
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        key = url, path, tuple(sorted(headers.items()))
        if key not in self.answers:
            require(self.wrong is None, "a wrong byte made the reader ask for something else")
            self.answers[key] = fetch(url, path, headers)
        answer = self.answers[key]
        if self.wrong is None or self.wrong[0] != key:
            return answer
        body = bytearray(answer.body)
        body[self.wrong[1]] ^= self.wrong[2]
        return Answer(answer.path, answer.status, answer.headers, bytes(body))

    def data(self):
        """What was fetched and is not only an explanation for people."""
        return [key for key, answer in self.answers.items() if answer.status in (200, 206) and answer.body]

    def corrupt(self, key, at, mask):
        self.wrong = key, at % len(self.answers[key].body), mask
