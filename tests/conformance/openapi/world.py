# SPDX-License-Identifier: Apache-2.0
"""Two nodes with the example data, and one request for every answer that the document promises.

Each request of `requests_of` is (method, documented path, status, target, headers, body)."""
import hashlib
import json
import os

from nodes import Node, fetch, fetch_until


EXAMPLES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "examples", "data")
NOBODY = "a" * 26
E = "/api/v1/entries"
CHANGES = "/api/v1/changes"
PROXY = "127.0.0.2"  # trusted; what comes through it counts against the limit of requests


def lines_of(name):
    with open(os.path.join(EXAMPLES, name), encoding="utf-8") as file:
        return json.load(file) if name.endswith(".json") else [json.loads(line) for line in file if line.strip()]


def without_addresses(practice):
    """The examples name problems by their titles, which are no ids yet."""
    return {name: value for name, value in practice.items() if name != "addresses"}


def example_dataset():
    """Without what it refers to, which is not here."""
    dataset = lines_of("entry-types/dataset.json")
    kept = {name: value for name, value in dataset.items() if name not in ("addresses", "attachments")}
    return {"type": "dataset", **kept}


class World:
    def __init__(self, program, folder):
        self.folder = folder
        self.a = Node(program, folder, "andong.example", "안동시(예시)", "47170")
        self.b = Node(program, folder, "uiseong.example", "의성군(예시)", "47730")

    def run(self):
        self.a.serve("--trusted-proxies", PROXY, "--rate-limit", "1", "--rate-burst", "2")
        self.b.serve()
        services = lines_of("andong/services.json")
        practices = [without_addresses(practice) for practice in lines_of("andong/practices.jsonl")]
        ids = self.a.publish(services + practices + lines_of("andong/problems.jsonl"))
        self.kept, self.corrected, self.withdrawn, self.erased, self.problem = *ids[:4], ids[-1]
        self.a.publish([{**services[1], "id": self.corrected, "modified": "2026-05-02"}])
        self.a.publish([example_dataset()])
        self.a.run("withdraw", self.withdrawn, "--reason", "다른 사업과 합쳤습니다")
        self.attached = self.attach(services[0])
        self.a.run("erase", self.erased, "--reason", "personal-data", "--yes")
        self.b.publish(lines_of("uiseong/services.json"))
        practice = {**lines_of("uiseong/practices.jsonl")[0], "addresses": [{"origin": self.a.origin, "id": self.problem}]}
        self.naming = self.b.publish([practice])[0]
        for one, other in ((self.a, self.b), (self.b, self.a)):
            one.run("peer add", other.url, "--yes")
            one.run("pull", "--once")
        fetch_until(self.a.url, f"{E}/{self.naming}", lambda answer: answer.status == 200)
        fetch_until(self.a.url, f"{E}/{self.attached}", lambda answer: answer.status == 200)
        fetch_until(self.a.url, f"{E}/{self.erased}", lambda answer: answer.status == 410)
        record = json.loads(fetch(self.a.url, f"{E}/{self.attached}", {}).body)
        self.file = record["attachments"][0]["href"]
        self.unwanted = self.a.publish([{**services[0], "title": {"ko": "곧 거둬들일 것", "en": "To be withdrawn"}}])[0]
        self.token = self.make_token("sync", "publish,draft,withdraw")
        self.reader = self.make_token("watch", "status")

    def make_token(self, name, scopes):
        return json.loads(self.a.run("token make", name, "--scopes", scopes, "--json"))["token"]

    def attach(self, service):
        path = os.path.join(self.folder, "신청 안내.txt")
        with open(path, "w", encoding="utf-8") as file:
            file.write("예시 파일입니다.\n")
        entry = {**service, "title": {"ko": "빈집 은행", "en": "Vacant house register"}}
        given = json.dumps(entry, ensure_ascii=False).encode()
        answer = json.loads(self.a.run("publish", "-", "--attach", path, "--json", given=given))
        return answer["published"][0]["id"]

    def stop(self):
        self.a.stop()
        self.b.stop()


def origin_hash(node):
    return hashlib.sha256(node.origin.encode()).hexdigest()


def get(path, status, target, **headers):
    return "GET", path, status, target, {name.replace("_", "-"): value for name, value in headers.items()}, None


def of_entries(world):
    yield get(E, 200, f"{E}?q=%EC%A3%BC%EC%B0%A8&limit=1&facets=true")
    yield get(E, 200, f"{E}?limit=100")
    yield get(E, 400, f"{E}?page=2&limit=500")
    for suffix in ("", "/history", "/proof", "/body"):
        path = E + "/{id}" + suffix
        yield get(path, 200, f"{E}/{world.kept}{suffix}")
        yield get(path, 200, f"{E}/{world.corrected}{suffix}")
        yield get(path, 400, f"{E}/{world.kept}{suffix}?version=2")
        yield get(path, 404, f"{E}/{NOBODY}{suffix}")
        if suffix != "/history":
            yield get(path, 410, f"{E}/{world.withdrawn}{suffix}")
            yield get(path, 410, f"{E}/{world.erased}{suffix}")
    named = E + "/{id}/references"
    yield get(named, 200, f"{E}/{world.kept}/references")
    yield get(named, 200, f"{E}/{world.problem}/references")
    yield get(named, 200, f"{E}/{world.naming}/references")
    yield get(named, 400, f"{E}/{world.kept}/references?rev=1")
    yield get(named, 404, f"{E}/{NOBODY}/references")
    yield get(E + "/{id}", 200, f"{E}/{world.attached}")
    yield get(E + "/{id}", 200, f"{E}/{world.withdrawn}?rev=2")
    for kept in (world.withdrawn, world.erased):
        yield get(E + "/{id}/history", 200, f"{E}/{kept}/history")


def of_formats(world):
    for form in ("csv", "atom", "jsonld"):
        yield get(E, 200, f"{E}?q=%EC%A3%BC%EC%B0%A8&format={form}")
    for form in ("jsonld", "ttl"):
        yield get(E + "/{id}", 200, f"{E}/{world.corrected}?format={form}")
        yield get("/catalog", 200, f"/catalog?limit=2&format={form}")
    for path, target in ((E, E), (E + "/{id}", f"{E}/{world.kept}"), ("/catalog", "/catalog"), (CHANGES, CHANGES)):
        yield get(path, 406, target, Accept="image/png")
    for path in ("/catalog", CHANGES):
        yield get(path, 400, f"{path}?page=2")
    yield get(CHANGES, 200, CHANGES)
    yield get(CHANGES, 200, f"{CHANGES}?format=atom")
    yield get(CHANGES, 410, f"{CHANGES}?since=abc-1")
    epoch = json.loads(fetch(world.a.url, CHANGES, {}).body)["since"].split("-")[0]
    yield get(CHANGES, 404, f"{CHANGES}?format=atom&archive={epoch}-9")


def of_members(world):
    path = "/api/v1/members/{hash}/quality"
    for node in (world.a, world.b):
        yield get(path, 200, f"/api/v1/members/{origin_hash(node)}/quality")
    yield get(path, 400, f"/api/v1/members/{origin_hash(world.a)}/quality?page=2")
    yield get(path, 404, f"/api/v1/members/{'0' * 64}/quality")


def of_files(world):
    path = "/attachments/{commitment}"
    for suffix in ("", "/chunks"):
        yield get(path + suffix, 200, world.file + suffix)
        yield get(path + suffix, 404, "/attachments/00" + suffix)
    yield get(path, 206, world.file, Range="bytes=0-3")
    yield get(path, 416, world.file, Range="bytes=999999-")


def of_logs(world):
    bundle = f"000.p/{world.size}"
    for prefix, real in (("/log", "/log"), ("/mirror/{hash}", "/mirror/" + origin_hash(world.a))):
        yield get(prefix + "/checkpoint", 200, real + "/checkpoint")
        for path in ("tile/{level}/{tile}", "tile/entries/{tile}", "bodies/{tile}"):
            target = path.replace("{level}", "0").replace("{tile}", bundle)
            yield get(f"{prefix}/{path}", 200, f"{real}/{target}")
            yield get(f"{prefix}/{path}", 404, f"{real}/{target.replace('000.p', '009.p')}")
            yield get(f"{prefix}/{path}", 400, f"{real}/{target}?of=1")
        for path in ("tile/{level}/{tile}", "tile/entries/{tile}"):
            target = path.replace("{level}", "0").replace("{tile}", bundle)
            yield get(f"{prefix}/{path}", 206, f"{real}/{target}", Range="bytes=0-31")
            yield get(f"{prefix}/{path}", 416, f"{real}/{target}", Range="bytes=9999999-")
    yield get("/mirror/{hash}/checkpoint", 404, "/mirror/00/checkpoint")


def of_federation(world):
    for name in ("heads", "node", "policy", "charter", "charter-state", "forks"):
        yield get(f"/federation/{name}", 200, f"/federation/{name}")
    yield get("/federation/charter/{version}", 200, "/federation/charter/1")
    yield get("/federation/charter/{version}", 404, "/federation/charter/99")
    yield get("/federation/charter-drafts/{hash}", 404, "/federation/charter-drafts/00")
    yield get("/federation/forks/{name}", 404, "/federation/forks/00")
    yield get("/federation/policy/{log}", 200, f"/federation/policy/{origin_hash(world.a)}")
    yield get("/federation/policy/{log}", 404, "/federation/policy/00")
    receipt = "/federation/receipts/{hash}/{index}"
    yield get(receipt, 404, "/federation/receipts/00/0")
    if world.receipt:
        yield get(receipt, 200, world.receipt)
    yield get("/federation/bodies/{hash}/{tile}", 401, f"/federation/bodies/{origin_hash(world.a)}/000.p/1")
    yield "POST", "/federation/join", 400, "/federation/join", {}, b"x"
    note = fetch(world.b.url, "/log/checkpoint", {}).body
    own = note.split(b"\n\n")[0] + b"\n\n" + note.split(b"\n\n")[1].split(b"\n")[0] + b"\n"
    add = "/witness/add-checkpoint"
    yield "POST", add, 200, add, {}, b"old 0\n\n" + own
    yield "POST", add, 409, add, {}, b"old 1\n\n" + own
    yield "POST", add, 400, add, {}, b"x"
    seen = "/witness/{hash}/checkpoint"
    yield get(seen, 200, f"/witness/{origin_hash(world.b)}/checkpoint")
    yield get(seen, 404, "/witness/00/checkpoint")


def bearer(token, **others):
    return {"Authorization": f"Bearer {token}", **others}


def managed(world, path, status, body, token=None):
    given = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    return "POST", path, status, path, bearer(token or world.token), given


def of_management(world):
    service = {**lines_of("andong/services.json")[0], "title": {"ko": "찾아가는 복지 상담", "en": "Welfare advice at home"}}
    entries, drafts, withdrawals, status = (f"/manage/v1/{name}" for name in ("entries", "drafts", "withdrawals", "status"))
    yield managed(world, entries, 200, service)
    yield managed(world, entries, 200, {**service, "title": {}})
    yield managed(world, entries, 400, b"[")
    yield managed(world, entries, 403, service, world.reader)
    yield managed(world, entries, 401, service, "dure_nobody.AAAA")
    yield managed(world, drafts, 201, service)
    yield managed(world, drafts, 422, {**service, "id": NOBODY})
    yield managed(world, drafts, 400, b"{")
    yield managed(world, drafts, 401, service, "nothing")
    yield managed(world, withdrawals, 200, {"id": world.unwanted, "reason": "다른 사업과 합쳤습니다"})
    yield managed(world, withdrawals, 410, {"id": world.withdrawn, "reason": "다시"})
    yield managed(world, withdrawals, 404, {"id": NOBODY, "reason": "없음"})
    yield managed(world, withdrawals, 422, {"id": NOBODY})
    yield managed(world, withdrawals, 401, {}, "nothing")
    yield "GET", status, 200, status, bearer(world.reader), None
    yield "GET", status, 401, status, {}, None


def of_the_node(_):
    for path in ("/healthz", "/readyz", "/metrics", "/openapi.json"):
        yield get(path, 200, path)
    for name in ("service", "common", "withdraw"):
        yield get("/schemas/{name}", 200, f"/schemas/{name}.schema.json")
    yield get("/schemas/{name}", 404, "/schemas/nothing.schema.json")


def requests_of(world):
    """Conditional requests (304) and refused ones (429) are made of these by the caller."""
    world.size = int(fetch(world.a.url, "/log/checkpoint", {}).body.split(b"\n")[1])
    world.receipt = next((f"/federation/receipts/{origin_hash(world.a)}/{index}" for index in range(world.size) if fetch(
        world.a.url, f"/federation/receipts/{origin_hash(world.a)}/{index}", {}).status == 200), None)
    for part in (of_entries, of_formats, of_members, of_files, of_logs, of_federation, of_management, of_the_node):
        yield from part(world)


