"""Judges edits that keyfob made: what botocore reads of a file before and after, and that the edit alone lies between.

    check_edits.py CASES

CASES is a JSON file written by tests/properties.rs. Each case holds a file's text before and after, the edits, and what
keyfob makes of both. Nothing of keyfob's own understanding is used here: the edits are made again on what botocore read.
"""

import configparser
import copy
import json
import sys
import tempfile
from pathlib import Path

import botocore.exceptions
import botocore.session

from views import with_value, without_value

KINDS = ("profiles", "sso_sessions", "services", "other")


def view(folder, texts):
    """All that botocore makes of both files: its own merge, with sections that are none of its kinds under `other`."""
    session = botocore.session.Session()
    for file in ("config", "credentials"):
        path = folder / file
        path.write_bytes(texts.get(file, "").encode())
        session.set_config_variable(f"{file}_file", str(path))
    full = session.full_config
    other = {name: settings for name, settings in full.items() if name not in KINDS}
    return {**{kind: full.get(kind, {}) for kind in KINDS}, "other": other}


def inherited(folder, file):
    """The keys that every section of the file inherits from `[DEFAULT]`, as far as configparser is concerned."""
    parser = configparser.RawConfigParser()
    parser.read(folder / file)
    return set(parser.defaults())


def with_edits(before, edits, defaults):
    """`before` with the edits made, or None where a section's own settings cannot be told from inherited ones."""
    after = copy.deepcopy(before)
    for edit in edits:
        kind, name, changes = edit["kind"], edit["name"], edit["changes"]
        sets = [change for change in changes if change["value"] is not None]
        if defaults and (name not in after[kind] or any(change["key"] in defaults for change in changes)):
            return None
        if sets:
            after[kind].setdefault(name, {})
        if name in after[kind]:
            for change in changes:
                after = with_change(after, kind, name, change)
    return after


def with_change(before, kind, name, change):
    """`before` with one key set or unset."""
    # A dot in a key would be taken for a separator; none is made up.
    key = ".".join(part for part in (change["key"], change["sub"]) if part is not None)
    if change["value"] is None:
        return without_value(before, kind, name, key)
    return with_value(before, kind, name, key, change["value"])


def complaints(folder, case):
    """What is wrong with one case."""
    file = case["file"]
    try:
        before = view(folder, {file: case["before"]})
        defaults = inherited(folder, file)
        after = view(folder, {file: case["after"]})
        merged = view(folder, {**case["other"], file: case["after"]})
    except botocore.exceptions.ConfigParseError as error:
        yield f"botocore cannot read it: {error}"
        return
    for what, peer in (("before", before), ("after", after), ("merged", merged)):
        ours = case["views"][what]
        if ours != peer:
            yield "{}: keyfob reads {}, botocore {}".format(what, *differing(ours, peer))
        elif list(ours["profiles"]) != list(peer["profiles"]):
            yield f"{what}: keyfob lists {list(ours['profiles'])}, botocore {list(peer['profiles'])}"
    wanted = with_edits(before, case["edits"], defaults)
    if wanted is not None and wanted != after:
        yield "the edit should leave {}, and left {}".format(*differing(wanted, after))


def differing(ours, peer):
    """The parts of two views that are not the same."""
    if not (isinstance(ours, dict) and isinstance(peer, dict)):
        return ours, peer
    different = [key for key in {**ours, **peer} if ours.get(key) != peer.get(key)]
    pairs = {key: differing(ours.get(key), peer.get(key)) for key in different}
    return {key: pair[0] for key, pair in pairs.items()}, {key: pair[1] for key, pair in pairs.items()}


def main(path):
    """Shows the shortest cases that are wrong; fails if there are any."""
    cases = json.loads(Path(path).read_text())
    with tempfile.TemporaryDirectory() as folder:
        found = [(case, list(complaints(Path(folder), case))) for case in cases]
    wrong = sorted(((case, said) for case, said in found if said), key=lambda one: len(one[0]["before"]))
    for case, said in wrong[:5]:
        print(*said, *(f"  {what}: {case[what]!r}" for what in ("file", "edits", "before", "after", "other")), sep="\n")
        print()
    print(f"{len(wrong)} of {len(cases)} cases are wrong")
    return len(wrong) > 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
