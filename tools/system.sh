#!/usr/bin/env bash
# Installs what the tests need beside Python: a PostgreSQL server, Chromium, Chinese and Latin fonts.
# Serving a shop needs none of it.
set -euo pipefail

missing=()
if ! command -v initdb >/dev/null && ! compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; then
  missing+=(postgresql)
fi
if ! command -v chromium >/dev/null; then
  missing+=(chromium)
fi
if ! { command -v fc-list >/dev/null && fc-list :lang=zh-cn family | grep -q .; }; then
  missing+=(fontconfig fonts-noto-cjk)
fi
# English pictures borrow their quotes and commas from the Chinese font where there is no other.
if ! { command -v fc-list >/dev/null && fc-list 'Liberation Sans' family | grep -q .; }; then
  missing+=(fontconfig fonts-liberation)
fi
if ! python3 -c 'import ensurepip, venv' 2>/dev/null; then
  missing+=(python3-venv)
fi
if [ "${#missing[@]}" -eq 0 ]; then
  exit 0
fi

if ! command -v apt-get >/dev/null; then
  echo "The tests need these, and this is not Debian; please install them: ${missing[*]}" >&2
  exit 1
fi
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if ! command -v sudo >/dev/null; then
    echo "The tests need these; as root, run: apt-get install ${missing[*]}" >&2
    exit 1
  fi
  as_root=(sudo)
fi
echo "Installing ${missing[*]}"
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
  apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
