#!/usr/bin/env bash
# Makes .venv with the first of the Pythons named that is 3.11 or newer, from the locks alone.
set -euo pipefail

python=""
for candidate in "$@"; do
  if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    python="$candidate"
    break
  fi
done
if [ -z "$python" ]; then
  echo "Regulars needs Python 3.11 or newer; looked for: $*" >&2
  echo "需要 Python 3.11 或更新版本；已找过：$*" >&2
  exit 1
fi
if ! .venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
  rm -rf .venv
  if ! "$python" -m venv .venv; then
    echo "'$python -m venv' failed; on Debian: apt-get install python3-venv" >&2
    exit 1
  fi
fi
export PIP_DISABLE_PIP_VERSION_CHECK=1
.venv/bin/python -m pip install --quiet --require-hashes --requirement requirements/dev.txt
.venv/bin/python -m pip install --quiet --no-deps --no-build-isolation --editable .
