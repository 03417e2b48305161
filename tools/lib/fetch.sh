# What the scripts under tools/ share: messages, apt, the install lock, and one checked file from the npm registry.
# Sourced by bash; expects $me (the script's name) and $tools (the folder that is installed into).
# shellcheck shell=bash disable=SC2154

say() { printf '%s\n' "$me: $*" >&2; }
fail() { say "$*"; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

# Installs Debian packages as root; to anybody else, says which command does it.
apt_install() { # what-for package...
  local what=$1 log
  shift
  if ! have apt-get; then
    fail "$what is needed: install it and run this again."
  fi
  if [[ $(id -u) != 0 ]]; then
    fail "$what is needed. Run: sudo apt-get update && sudo apt-get install -y --no-install-recommends $*"
  fi
  say "$what is needed: installing $*"
  log=$(mktemp)
  if ! DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" >"$log" 2>&1 &&
    ! { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"; } >"$log" 2>&1; then
    tail -n 5 "$log" >&2
    rm -f "$log"
    fail "$what could not be installed. Run: apt-get update && apt-get install -y --no-install-recommends $*"
  fi
  rm -f "$log"
}

# Runs its arguments while no other process holds the named lock. A subshell: the lock goes with it.
# A function that runs in here checks every step itself: 'set -e' is off behind '||'.
locked() ( # name command...
  mkdir -p "$tools"
  if have flock; then
    exec 9>"$tools/$1.lock"
    flock -w 600 9 || fail "another installation has held $tools/$1.lock for ten minutes."
  fi
  shift
  "$@"
)

sha256() {
  if have sha256sum; then sha256sum "$1"; else shasum -a 256 "$1"; fi | cut -d ' ' -f 1
}

# Downloads one npm package, alone: its dependencies are of no use here.
npm_archive() { # package@version sha256 folder
  have npm || apt_install "npm (with Node.js)" nodejs npm
  rm -rf "$3"
  mkdir -p "$3" || fail "the folder $3 cannot be made."
  (cd "$3" && npm pack --silent --ignore-scripts "$1" >/dev/null) ||
    fail "npm could not download $1: see the message above."
  mv "$3"/*.tgz "$3/package.tgz" || fail "npm left no archive of $1."
  [[ $(sha256 "$3/package.tgz") == "$2" ]] ||
    fail "$1 is not the expected file (its SHA-256 differs): nothing was installed."
}
