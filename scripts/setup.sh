#!/bin/sh
# Checks for the packages that the build needs. As root it installs what is missing, by package name; otherwise it
# prints the line to run. Quick when there is nothing to do.
set -eu

packages="git make g++ cmake ninja-build python3 python3-dev python3-venv pkg-config patch xz-utils zstd
  clang-22 lld-22 llvm-22 libclang-rt-22-dev-wasm32
  libcli11-dev nlohmann-json3-dev libzstd-dev libsodium-dev libgtest-dev libtomlplusplus-dev
  zlib1g-dev libbz2-dev liblzma-dev libsqlite3-dev libssl-dev libffi-dev python3-h2"

fail() {
  printf 'belljar: %s\n' "$1" >&2
  exit 1
}

[ "$(uname -s)" = Linux ] && [ "$(uname -m)" = x86_64 ] || fail "needs Linux on x86-64; this is $(uname -sm)"
id=$(. /etc/os-release 2>/dev/null && echo "${ID:-} ${VERSION_ID:-}") || id=unknown
[ "$id" = "debian 12" ] || fail "the build is made for Debian 12 (g++ 12, clang-22 from its security archive); this is '$id'.
In a container: docker run -it --rm -v \"\$PWD\":/src -w /src debian:12"

missing=""
for p in $packages; do
  case "$(dpkg-query -W -f '${db:Status-Status}' "$p" 2>/dev/null)" in
    installed) ;;
    *) missing="$missing $p" ;;
  esac
done

if [ -n "$missing" ]; then
  if [ "$(id -u)" = 0 ]; then
    echo "belljar: installing$missing"
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing; } \
      >/tmp/belljar-apt.log 2>&1 || { tail -20 /tmp/belljar-apt.log >&2; fail "apt-get could not install them"; }
  else
    fail "packages are missing. Run this, then the same command again:
  sudo apt-get update && sudo apt-get install --no-install-recommends$missing"
  fi
fi

# The engine needs a newer Rust than Debian 12 has.
command -v cargo >/dev/null || fail "cargo is missing: install Rust 1.95 or later (rustup.rs), then run this again"
rust=$(rustc --version | sed 's/rustc 1\.\([0-9]*\).*/\1/')
[ "$rust" -ge 95 ] 2>/dev/null || fail "Rust 1.95 or later is needed; this is $(rustc --version). Run: rustup update stable"
