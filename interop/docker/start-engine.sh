#!/usr/bin/env bash
# Makes sure that a Docker engine answers: installs Debian's where there is none, and starts it where nothing has.
# Asks no registry for anything. Run as root; done at once where an engine answers already.
set -euo pipefail

patience_seconds=40
log="${P2PSPEC_ENGINE_LOG:-/var/log/p2pspec-dockerd.log}"

answers() { docker info >/dev/null 2>&1; }

if answers; then exit 0; fi
if [ "$(id -u)" != 0 ]; then
  echo 'no Docker engine answers, and only root can start one: start Docker, or run this as root' >&2
  exit 1
fi
if ! command -v dockerd >/dev/null || ! command -v docker >/dev/null; then
  if ! command -v apt-get >/dev/null; then
    echo 'no Docker engine answers, and this is no Debian: install Docker (https://docs.docker.com/engine/install)' >&2
    exit 1
  fi
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends docker.io iptables >/dev/null
fi
if answers; then exit 0; fi

# A machine without an init system: what a stopped engine left behind keeps the next one from starting.
if [ -f /var/run/docker.pid ] && ! kill -0 "$(cat /var/run/docker.pid)" 2>/dev/null; then rm -f /var/run/docker.pid; fi

try() {
  echo "starting dockerd $*" >&2
  setsid dockerd "$@" >"$log" 2>&1 </dev/null &
  local engine=$! waited=0
  while [ "$waited" -lt "$patience_seconds" ]; do
    if answers; then exit 0; fi
    if ! kill -0 "$engine" 2>/dev/null; then return; fi
    sleep 1
    waited=$((waited + 1))
  done
  kill "$engine" 2>/dev/null || true
  wait "$engine" 2>/dev/null || true
}

try
# Kernels without nftables want the older tables; inside a container the usual storage may not be there.
if command -v update-alternatives >/dev/null && [ -x /usr/sbin/iptables-legacy ]; then
  update-alternatives --set iptables /usr/sbin/iptables-legacy >/dev/null 2>&1 || true
  update-alternatives --set ip6tables /usr/sbin/ip6tables-legacy >/dev/null 2>&1 || true
  try
fi
try --storage-driver=vfs
echo "no Docker engine could be started; the last lines of $log:" >&2
tail -n 20 "$log" >&2
exit 1
