# SPDX-License-Identifier: Apache-2.0
"""The charter (PROTOCOL.md 16), as far as a reader of logs needs it: who may sign and cosign, with which keys. Only of a
first version; a later one is believed by who believes the one before it (16.5)."""
import re

from protocol import Key, Refused, check_time, parse_note, require

SIGNING, COSIGNING = (1, 2), (4, 0xFF)
WORD = "[a-z0-9.-]{1,64}"
NUMBER = "[1-9][0-9]{0,2}"
HEAD = (rf"federation-charter/v1\nfederation {WORD}\nversion 1\nnot-before (?P<from>[^ \n]+)\nexpires (?P<until>[^ \n]+)\n"
        rf"threshold (?P<threshold>{NUMBER})\n(?:recovery-threshold (?P<recovery>{NUMBER})\n)?"
        rf"witnesses (?P<witnesses>{NUMBER})\n")
KEYS = r"(?P<stewards>(?:steward [^ \n]+\n)+)(?P<recoverers>(?:recovery [^ \n]+\n)*)"
MEMBER = (rf"member (?:[^ \n]+) (?:member|observer)\n(?:name [^\n]+\n)?(?:url https?://[^ \n]+\n)?(?:operator {WORD}\n)?"
          r"(?:log [1-9][0-9]* [^ \n]+\n)+(?:witness [^ \n]+\n)?(?:mirror [^ \n]+\n)?(?:request [^ \n]+\n)?")
CHARTER = re.compile(rf"{HEAD}{KEYS}(?P<members>(?:{MEMBER})*)")


def open_charter(raw):
    """16.1 to 16.4: for every member its keys by purpose, {"log/1": …, "mirror": …}; nothing is sealed in what is read
    here."""
    text, signatures = parse_note(raw)
    match = CHARTER.fullmatch(text)
    require(match, "not a first charter")
    check_time(match["from"])
    check_time(match["until"])
    require(match["from"] < match["until"] and int(match["witnesses"]) <= 32, "a charter's bounds")
    stewards = counted(match["stewards"], match["threshold"])
    counted(match["recoverers"], match["recovery"])
    require(not match["recovery"] or int(match["recovery"]) >= int(match["threshold"]), "the recovery threshold")
    members = read_members(match["members"])
    listed = re.findall(r"^(?:steward|recovery|log \d+|witness|mirror|request) ([^ \n]+)$", text, re.MULTILINE)
    require(len({Key(vkey).public for vkey in listed}) == len(listed), "a key twice in a charter")
    signed = {key.public for key in stewards if any(signs(key, text, *line) for line in signatures)}
    require(len(signed) >= int(match["threshold"]), "too few stewards signed")
    return members


def counted(lines, threshold):
    """The keys of stewards or of recovery, of which more than half must sign."""
    keys = [Key(line.split(" ")[1]) for line in lines.splitlines()]
    require(bool(keys) == bool(threshold), "keys without a threshold, or a threshold without keys")
    require(not keys or len(keys) / 2 < int(threshold) <= len(keys) <= 32, "a charter's threshold")
    require(all(key.type in SIGNING for key in keys), "a charter key of another type")
    return keys


def read_members(text):
    members = {}
    for block in re.findall(MEMBER, text):
        lines = [line.split(" ") for line in block.splitlines()]
        name = lines[0][1]
        require(name not in members, "a member twice")
        members[name] = keys = {}
        for purpose, *rest in lines:
            if purpose not in ("log", "witness", "mirror", "request"):
                continue
            key, last = Key(rest[-1]), rest[0] if purpose == "log" else purpose
            require(key.name == f"{name}/{last}", "a member's key of another name")
            require(key.type in (COSIGNING if purpose in ("witness", "mirror") else SIGNING), "a key of another type")
            place = f"log/{last}" if purpose == "log" else purpose
            require(place not in keys, "two keys of one generation: this reader was not written for it")
            keys[place] = key
    return members


def signs(key, text, name, key_id, signature):
    """16.3: a line that does not verify counts nothing and does no harm."""
    if (name, key_id) != (key.name, key.id):
        return False
    try:
        key.verify(text.encode(), signature)
    except Refused:
        return False
    return True
