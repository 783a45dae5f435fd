#!/usr/bin/env bash
# The iPaaS policy on its real stores: MariaDB, OpenSearch and Kafka are started here, filled with
# 100,000 audit entries by way of Kafka, planned, applied, looked at by each server's own client,
# and stopped. Everything lies below $BUILD/demo-full.
set -euo pipefail
cd "$(dirname "$0")/../.."
BUILD=${BUILD:-build}
data=$BUILD/demo-full
at=2026-11-23T00:00:00Z
audit=${AUDIT:-100000}
mysql=tests/servers/mysql/server kafka=tests/servers/kafka/server search=tests/servers/opensearch

say() { printf '\n== %s\n' "$*"; }
show() {
    printf '\n$ tenure %s\n\n' "$*"
    "$BUILD/tenure" "$@"
}
stop() {
    "$mysql" mariadb purge
    "$search/stop"
    "$kafka" purge
}

rm -rf "$data"
mkdir -p "$data"
command -v kcat >/dev/null || { echo 'demo-full: kcat is needed: apt-get install kcat' >&2; exit 1; }
say 'Starting MariaDB, OpenSearch and Kafka'
trap stop EXIT
"$mysql" mariadb purge # what a demo that was cut off left
eval "$("$mysql" mariadb start)"
eval "$("$search/start")"
eval "$(KAFKA_AUTO_CREATE=true "$kafka" start)"
export IPAAS_MYSQL="mysql://tenure:tenure@127.0.0.1:$MYSQL_PORT/tenure" \
    IPAAS_SEARCH="$OPENSEARCH_URL" IPAAS_KAFKA="$KAFKA" TENURE_LEDGER="$data/ipaas.ledger"

say "Filling them: $audit audit entries through Kafka into the index, 2,000 runs, 5,000 metadata"
"$BUILD/tests/demo/make_data" "$data" "$audit" 2000 5000 1
db=$data/ipaas.db
sql() { MYSQL_PWD=tenure mariadb --no-defaults -h 127.0.0.1 -P "$MYSQL_PORT" -u tenure tenure "$@"; }
sql <<'SQL'
DROP TABLE IF EXISTS tenant, end_user, meta;
CREATE TABLE tenant (id VARCHAR(16) PRIMARY KEY, name VARCHAR(64), terminated_at VARCHAR(32),
    deletion_requested_at BIGINT, held_at VARCHAR(32));
CREATE TABLE end_user (id BIGINT PRIMARY KEY, tenant_id VARCHAR(16), age INT, country VARCHAR(8));
CREATE TABLE meta (id BIGINT PRIMARY KEY, tenant_id VARCHAR(16), kind VARCHAR(32),
    group_id VARCHAR(32), project_id VARCHAR(32), instance_id VARCHAR(32), runtime_id VARCHAR(32),
    version VARCHAR(32), tag VARCHAR(32), update_time VARCHAR(32), created_time VARCHAR(32),
    status VARCHAR(32), component_id VARCHAR(32), remark VARCHAR(255));
SQL
for table in tenant end_user meta; do
    { printf 'START TRANSACTION;\n'; sqlite3 "$db" ".mode insert $table" "SELECT * FROM $table"; printf 'COMMIT;\n'; } | sql
done

fields() { # of a table of the database, as SQL that makes one JSON object a row
    sqlite3 "$db" "SELECT 'json_object(' || group_concat('''' || name || ''',' || name) || ')'
                   FROM pragma_table_info('$1') WHERE name <> 'id'"
}
index() { # name: makes an index whose *_time are dates, however they are spoilt
    curl -sSf -X DELETE "$OPENSEARCH_URL/$1?ignore_unavailable=true" >/dev/null
    curl -sSf -X PUT "$OPENSEARCH_URL/$1" -H 'Content-Type: application/json' -d '{
        "settings": {"number_of_replicas": 0},
        "mappings": {"dynamic_templates": [
            {"times": {"match": "*_time", "mapping": {"type": "date", "ignore_malformed": true}}},
            {"texts": {"match_mapping_type": "string", "mapping": {"type": "keyword"}}}]}}' >/dev/null
}
bulk() { # index: one JSON object a line from the input, 10,000 documents a request
    sed 's/^/{"index":{}}\n/' | split -l 20000 --filter="curl -sSf -H 'Content-Type: application/x-ndjson' \
        --data-binary @- '$OPENSEARCH_URL/$1/_bulk' | grep -q '\"errors\":false'" -
}
index run_log
index audit
sqlite3 "$db" "SELECT $(fields run_log) FROM run_log" | bulk run_log
# the pipeline: a producer, in the order of time, and a consumer that fills the index. The first
# 5,000 are of tenants without a hold, so that the topic has a front that may go
sqlite3 "$db" "WITH front AS (SELECT a.id FROM audit a JOIN tenant t ON t.id = a.tenant_id
        WHERE t.held_at IS NULL AND typeof(a.audit_time) = 'text'
            AND a.audit_time BETWEEN '2020' AND '2025-11' ORDER BY a.audit_time LIMIT 5000)
    SELECT $(fields audit) FROM audit ORDER BY id NOT IN front,
        typeof(audit_time) <> 'text' OR audit_time < '1971', audit_time" |
    kcat -P -b "$KAFKA" -t audit
kcat -C -q -b "$KAFKA" -t audit -o beginning -e | bulk audit

show drift tests/demo/live.tenure --path policies || true
show eval tests/demo/live.tenure --path policies --at "$at"
show plan tests/demo/live.tenure --path policies --at "$at" -o "$data/plan.json"
show apply "$data/plan.json" --yes --max-delete 100%
show eval tests/demo/live.tenure --path policies --at "$at"
show ledger verify

say 'What the servers themselves say'
printf 'MariaDB, meta:           %s rows\n' "$(sql -N -e 'SELECT count(*) FROM meta')"
printf 'OpenSearch, audit:       %s documents\n' "$(curl -sS "$OPENSEARCH_URL/_cat/count/audit?h=count")"
printf 'OpenSearch, run_log:     %s documents\n' "$(curl -sS "$OPENSEARCH_URL/_cat/count/run_log?h=count")"
printf 'Kafka, audit:            starts at offset %s of %s\n' \
    "$(kcat -Q -b "$KAFKA" -t audit:0:-2 | sed 's/.* //')" "$(kcat -Q -b "$KAFKA" -t audit:0:-1 | sed 's/.* //')"
say 'Stopping them'
