#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Does a node answer as its /openapi.json says? The document is linted with @redocly/cli; its examples and the answers of a
real node are validated with ajv; the commands of the guide at /api are run.

DURE_PROGRAM=build/dev/dure tests/conformance/openapi/check.py

Exit status: 0 all right, 1 not, 77 (skipped) without node, npm or its registry."""
import html
import http.client
import json
import os
import re
import subprocess
import sys
import tempfile
import urllib.parse

sys.dont_write_bytecode = True  # the folder of the sources stays clean
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))
# pylint: disable=wrong-import-position
import npm  # noqa: E402
from nodes import fetch  # noqa: E402
from protocol import require  # noqa: E402
from world import PROXY, World, requests_of  # noqa: E402

WHAT = "the API was NOT checked against its OpenAPI document"
# What no request of an ordinary reader brings about; each has an example in the document all the same.
NOT_MADE = {"409", "500", "503", "300", "403", "413", "422"}
NOT_MADE_HERE = {("getFork", "200"), ("getFork", "304"), ("getCharterDraft", "200"), ("getCharterDraft", "304"), ("askToJoin", "200"),
                 ("getMembersBodies", "200"), ("getMembersBodies", "400"), ("getMembersBodies", "404"), ("addCheckpoint", "404"),
                 ("getCharterState", "404")}


def ask(url, method, target, headers, body, source="127.0.0.1"):
    connection = http.client.HTTPConnection(urllib.parse.urlsplit(url).netloc, timeout=30, source_address=(source, 0))
    try:
        connection.request(method, target, body=body, headers=headers)
        response = connection.getresponse()
        raw = response.read()
        fields = {}
        for name, value in response.getheaders():
            fields[name.lower()] = f"{fields[name.lower()]}, {value}" if name.lower() in fields else value
        return response.status, fields, raw
    finally:
        connection.close()


def readable(kind, raw):
    """What a schema can say something about: JSON, or text."""
    if kind.partition(";")[0].endswith("json"):
        return json.loads(raw)
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return None


def answers_of(world):
    """One answer to each request; to the ones with an ETag also the conditional one."""
    for method, path, status, target, headers, body in requests_of(world):
        got, fields, raw = ask(world.a.url, method, target, headers, body)
        require(got == status, f"{method} {target}: {got} instead of {status}")
        public = method == "GET" and not path.startswith("/manage/")
        require((fields.get("access-control-allow-origin") == "*") == public or method != "GET", f"{target}: who may read it")
        kind = fields.get("content-type", "")
        binary = kind == "application/octet-stream" or status in (206, 416)
        yield {"method": method, "path": path, "status": got, "type": kind,
               "body": None if binary else readable(kind, raw), "link": fields.get("link", "")}
        if status == 200 and "etag" in fields:
            again, fields, raw = ask(world.a.url, method, target, {"If-None-Match": fields["etag"]}, None)
            require(again == 304 and not raw, f"{target}: If-None-Match is not honoured")
            yield {"method": method, "path": path, "status": 304, "type": "", "body": None, "link": fields.get("link", "")}


def refused(world):
    """One request too many, through a proxy that the node trusts; and what is left before it."""
    target = "/api/v1/entries?limit=1"
    for _ in range(4):
        status, fields, raw = ask(world.a.url, "GET", target, {"X-Forwarded-For": "203.0.113.9"}, None, PROXY)
        for name in ("ratelimit", "ratelimit-policy", "x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"):
            require(name in fields, f"{status} without {name}")
        if status == 429:
            require("retry-after" in fields and fields["access-control-allow-origin"] == "*", "429: its headers")
            return {"method": "GET", "path": "/api/v1/entries", "status": 429, "type": fields["content-type"],
                    "body": json.loads(raw)}
    raise AssertionError("nothing was refused")


def check_complete(document, answers):
    seen = {(a["method"].lower(), a["path"], str(a["status"])) for a in answers}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            for status in operation["responses"]:
                excused = status in NOT_MADE or (operation.get("operationId"), status) in NOT_MADE_HERE
                asked = (method, path, status) in seen or status == "429"
                require(asked or excused, f"{method} {path}: {status} was not asked for")


def check_links(answers):
    for answer in answers:
        if answer["path"].startswith("/api/") and answer["status"] != 429:
            require('</openapi.json>; rel="service-desc"' in answer["link"], f"{answer['path']}: no service-desc")


def run_commands(world, folder):
    """Every command of the guide, in a shell as a reader would."""
    for language in ("ko", "en"):
        page = fetch(world.a.url, f"/api?lang={language}", {}).body.decode()
        commands = [html.unescape(one) for one in re.findall(r'<pre class="command"[^>]*><code>(.*?)</code>', page, re.DOTALL)]
        require(len(commands) >= 15, f"only {len(commands)} commands")
        for command in commands:
            quiet = command.replace("curl ", "curl --fail --silent --show-error --max-time 30 ", 1)
            done = subprocess.run(["sh", "-c", quiet], cwd=folder, check=False, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            require(done.returncode == 0, f"{command}: {done.stderr.decode()}")
    print(f"{len(commands)} commands of the guide run")


def validate(world, tools, document, answers):
    schemas = [json.loads(fetch(world.a.url, f"/schemas/{name}", {}).body)
               for name in document["paths"]["/schemas/{name}"]["get"]["parameters"][0]["schema"]["enum"]]
    given = os.path.join(tools, "given.json")
    with open(given, "w", encoding="utf-8") as file:
        json.dump({"url": world.a.url + "/", "document": document, "schemas": schemas, "answers": answers}, file)
    return subprocess.run(["node", "check.mjs", given], cwd=tools, check=False).returncode


def lint(world, tools):
    """From the running node, so that references are followed as anybody would follow them."""
    settings = {**os.environ, "REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}
    done = subprocess.run(["node", "node_modules/@redocly/cli/bin/cli.js", "lint", "--format=json", world.a.url + "/openapi.json"],
                          cwd=tools, check=False, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=settings)
    report = json.loads(done.stdout) if done.stdout.strip().startswith(b"{") else {}
    require(report, "redocly said nothing: " + done.stderr.decode()[-2000:])
    for found in report["problems"]:
        where = found["location"][0].get("pointer", "") if found["location"] else ""
        print(f"redocly {found['severity']} {found['ruleId']} {where}: {found['message']}")
    print(f"redocly: {report['totals']}")
    return len(report["problems"])


def main():
    program = os.environ.get("DURE_PROGRAM", "")
    if not os.path.exists(program):
        npm.skip(WHAT, "DURE_PROGRAM names no program")
    npm.need(WHAT, "node", "npm", "curl")
    with tempfile.TemporaryDirectory() as folder:
        tools = os.path.join(folder, "tools")
        os.mkdir(tools)
        npm.install(WHAT, HERE, tools, "check.mjs", "redocly.yaml")
        world = World(os.path.abspath(program), folder)
        try:
            world.run()
            document = json.loads(fetch(world.a.url, "/openapi.json", {}).body)
            answers = list(answers_of(world))
            check_complete(document, answers)
            check_links(answers)
            run_commands(world, folder)
            answers.append(refused(world))
            wrong = validate(world, tools, document, answers) + lint(world, tools)
        finally:
            world.stop()
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
