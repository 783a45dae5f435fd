#!/bin/sh
# The demo: a database after the three iPaaS categories, some rows broken on purpose, and
# what tenure says of it at a fixed instant. Everything lies below $BUILD/demo.
set -eu
cd "$(dirname "$0")/../.."
BUILD=${BUILD:-build}
data=$BUILD/demo
mkdir -p "$data"
export IPAAS_DB="$data/ipaas.db" IPAAS_AUDIT_TOPIC="$data/audit_topic.jsonl"
at=2026-11-23T00:00:00Z

show() {
    printf '\n$ tenure'
    printf ' %s' "$@"
    printf '\n\n'
    "$BUILD/tenure" "$@"
}

"$BUILD/tests/demo/make_data" "$data"
printf 'Made %s: 100,000 audit rows, 50,000 runs, 10,000 metadata, 500 tenants;\n' "$IPAAS_DB"
printf 'and %s: 20,000 audit entries of a topic.\n' "$IPAAS_AUDIT_TOPIC"
printf 'To repeat what follows: export IPAAS_DB=%s IPAAS_AUDIT_TOPIC=%s\n' \
    "$IPAAS_DB" "$IPAAS_AUDIT_TOPIC"

show check policies/ipaas
show eval policies/ipaas/demo.tenure --at "$at"

# one of each verdict
show explain policies/ipaas/demo.tenure audit_log 1 --placement elasticsearch --at "$at" # keep
show explain policies/ipaas/demo.tenure audit_log 5 --placement elasticsearch --at "$at" # delete
show explain policies/ipaas/demo.tenure audit_log 3 --placement elasticsearch --at "$at" # flag
