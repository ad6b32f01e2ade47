"""The project can be built anywhere: it names no download host and no path of one machine."""

import json
import re

from tests.architecture import tree

# Standards and places that are read by people or are names, never downloaded from.
KNOWN_HOSTS = frozenset(
    {
        "127.0.0.1",
        "[::1]",
        "apache.org",
        "example.com",
        "example.org",
        "json-schema.org",
        "keepachangelog.com",
        "localhost",
        "semver.org",
        "testserver",
        "till.test",
        "www.apache.org",
        "www.rfc-editor.org",
        "www.w3.org",
    }
)
ADDRESS = re.compile(r"\b(?:https?|wss?|git|ssh|ftp)://([^\s/\"'`<>(){}:\\]+|\[::1\])")
MACHINE_PATH = re.compile(
    r"(?<![\w.*~$}-])/(?:" + "|".join(["wo" + "rk", "ro" + "ot", "tm" + "p"]) + r")/"
)
WEB_LOCK = "web/package-lock.json"
LOCKS = ("requirements/run.txt", "requirements/dev.txt")


def texts() -> dict[str, str]:
    """Every text file of the project."""
    found: dict[str, str] = {}
    for path in tree.project_files():
        try:
            found[tree.named(path)] = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
    return found


def test_no_file_names_a_download_host() -> None:
    unknown = {
        f"{name}: {host}"
        for name, text in texts().items()
        if name != WEB_LOCK
        for host in ADDRESS.findall(text)
        # `.example` is reserved for names that lead nowhere (RFC 2606).
        if host.lower() not in KNOWN_HOSTS and not host.lower().endswith(".example")
    }
    assert unknown == set()


def test_no_file_names_a_path_of_one_machine() -> None:
    named = [name for name, text in texts().items() if MACHINE_PATH.search(text)]
    assert named == []


def test_python_locks_pin_hashes_and_name_no_source() -> None:
    for name in LOCKS:
        lines = (tree.ROOT / name).read_text(encoding="utf-8").splitlines()
        assert [line for line in lines if "://" in line or line.startswith("-")] == []
        pins = [line for line in lines if line and not line.startswith((" ", "#"))]
        assert pins
        assert all("==" in pin and pin.endswith("\\") for pin in pins)


def test_the_web_lock_pins_hashes_and_names_no_source() -> None:
    lock = json.loads((tree.ROOT / WEB_LOCK).read_text(encoding="utf-8"))
    outside = {name: entry for name, entry in lock["packages"].items() if "node_modules/" in name}
    fetched = {name: entry for name, entry in outside.items() if not entry.get("link")}
    assert fetched
    assert [name for name, entry in fetched.items() if "resolved" in entry] == []
    assert [name for name, entry in fetched.items() if "integrity" not in entry] == []


def test_a_host_and_a_machine_path_are_recognised() -> None:
    scheme = "https" + "://"
    assert ADDRESS.findall(f"get {scheme}files.invalid/x.whl") == ["files.invalid"]
    assert MACHINE_PATH.search("open('/ro" + "ot/shop')")
    assert not MACHINE_PATH.search("src/wo" + "rk/shop")
