# SPDX-License-Identifier: Apache-2.0
"""Reads one log below one prefix, /log or /mirror/<hash>, and believes nothing that it cannot derive from the
signed checkpoint. Numbers are sections of PROTOCOL.md."""
from protocol import (check_body, leaf_hash, open_checkpoint, parse_leaf, require, split_bodies, split_entries,
                      tile_path, tile_width, tree_root)

OCTETS = "application/octet-stream"
FOR_EVER = "public, max-age=31536000, immutable"


class LogReader:
    """`mirror_key`: of the member whose mirror this is, and whose cosignature the checkpoint must carry (19.5)."""

    def __init__(self, recorder, url, prefix, key, mirror_key=None):
        self.recorder, self.url, self.prefix, self.key = recorder, url, prefix, key
        self.cosigners = [mirror_key] if mirror_key else []
        self.size, self.root, self.note, self.times = 0, b"", b"", {}
        self.leaves, self.bodies = [], []

    def get(self, path, **headers):
        return self.recorder.get(self.url, f"{self.prefix}/{path}", **headers)

    def read_all(self):
        self.read_checkpoint()
        self.read_entries()
        self.read_tiles()
        self.read_bodies()

    def read_checkpoint(self):
        answer = self.get("checkpoint")
        self.note = answer.body
        expect(answer, 200, "text/plain; charset=utf-8", "no-cache")
        expect_not_modified(self, "checkpoint", answer)
        self.size, self.root, self.times = open_checkpoint(answer.body, self.key, self.cosigners)
        require(set(self.times) == {key.name for key in self.cosigners}, "a checkpoint without the mirror's cosignature")

    def require_same_head(self, note, why):
        """The same text with the log's signature; cosignatures come and go (4.4, 19.5), those there are must be good."""
        require(open_checkpoint(note, self.key, self.cosigners)[:2] == (self.size, self.root), why)

    def bundles(self):
        return [(index, tile_width(self.size, 0, index)) for index in range(-(-self.size // 256))]

    def read_entries(self):
        for index, width in self.bundles():
            answer = self.get(tile_path("tile/entries", index, width))
            expect(answer, 200, OCTETS, FOR_EVER)
            self.leaves += split_entries(answer.body, width)
        require(tree_root([leaf_hash(leaf) for leaf in self.leaves]) == self.root, "the entries do not lead to the root")

    def read_tiles(self):
        """9.2: every hash tile of the tree, recomputed from the level below."""
        below = [leaf_hash(leaf) for leaf in self.leaves]
        level = 0
        while below:
            for index in range(-(-len(below) // 256)):
                width = tile_width(self.size, level, index)
                answer = self.get(tile_path(f"tile/{level}", index, width))
                expect(answer, 200, OCTETS, FOR_EVER)
                require(answer.body == b"".join(below[256 * index:256 * index + width]), "a hash tile that is wrong")
            below = [tree_root(below[i:i + 256]) for i in range(0, len(below) // 256 * 256, 256)]
            level += 1

    def read_bodies(self):
        """7.2 to 7.4: a server may stop early; every body belongs to its leaf."""
        for index, width in self.bundles():
            read = []
            while len(read) < width:
                path = tile_path("bodies", index, width) + (f"?from={len(read)}" if read else "")
                answer = self.get(path)
                expect(answer, 200, OCTETS, "public, max-age=60")
                expect_not_modified(self, path, answer)
                read += split_bodies(answer.body, width - len(read))
            self.bodies += read
        for raw, held in zip(self.leaves, self.bodies, strict=True):
            leaf = parse_leaf(raw)
            require(held is None or leaf["class"] == "public", "a body for members only, shown to anybody")
            require(held is not None or leaf["class"] == "members", "a public body is missing")
            if held is not None:
                check_body(leaf, *held)

    def read_parts(self):
        """7.5: a range, gzip, and both."""
        index, width = self.bundles()[-1]
        for kind in ("tile/entries", "tile/0"):
            path = tile_path(kind, index, width)
            whole = self.get(path).body
            for headers in ({}, {"Accept_Encoding": "gzip"}):
                answer = self.get(path, Range="bytes=32-", **headers)
                require(answer.status == 206 and answer.body == whole[32:], f"{path}: a range that is wrong")
                require(answer["Content-Range"] == f"bytes 32-{len(whole) - 1}/{len(whole)}", "Content-Range")
                require(not answer["Content-Encoding"], "a range of encoded bytes")
            require(self.get(path, Range=f"bytes={len(whole)}-").status == 416, "a range behind the end")
        for kind in ("tile/entries", "bodies"):
            path = tile_path(kind, index, width)
            answer = self.get(path, Accept_Encoding="gzip")
            require(answer.body == self.get(path).body, f"{path}: gzip gives other bytes")
            require("accept-encoding" in answer["Vary"].lower(), f"{path}: Vary")

    def read_earlier(self, note):
        """4.3 and 9.2: the tree of an earlier checkpoint is still there, and is the beginning of this one."""
        size, root, _ = open_checkpoint(note, self.key)
        require(tree_root([leaf_hash(leaf) for leaf in self.leaves[:size]]) == root, "the log does not extend itself")
        index = (size - 1) // 256
        width = tile_width(size, 0, index)
        for kind in ("tile/entries", "tile/0", "bodies"):
            now = self.get(tile_path(kind, index, tile_width(self.size, 0, index))).body
            then = self.get(tile_path(kind, index, width)).body
            require(now.startswith(then), f"{kind}: the narrow tile is no prefix of the wide one")


def expect(answer, status, content_type, caching):
    require(answer.status == status, f"{answer.path}: status {answer.status} instead of {status}")
    require(answer["Content-Type"] == content_type, f"{answer.path}: content type {answer['Content-Type']}")
    require(answer["Cache-Control"] == caching, f"{answer.path}: caching {answer['Cache-Control']}")


def expect_not_modified(reader, path, answer):
    again = reader.get(path, If_None_Match=answer["ETag"])
    require(answer["ETag"] and again.status == 304 and not again.body, f"{path}: ETag")
