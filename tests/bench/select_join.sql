-- The same by a join with one row of facts a customer: up to when a record is due.
PRAGMA mmap_size = 1073741824;
CREATE TEMP TABLE fact(id TEXT PRIMARY KEY, held INT, up_to TEXT) WITHOUT ROWID;
INSERT INTO fact SELECT id, held_at IS NOT NULL, max('2025-11-23T00:00:00Z',
    CASE WHEN terminated_at <= '2026-11-23T00:00:00Z' THEN terminated_at ELSE '' END) FROM tenant;
SELECT json_object('keep', n - due - doubt, 'held', held, 'delete', due, 'flag', doubt) FROM (
    SELECT count(*) AS n, sum(held) AS held,
        sum(NOT held AND (audit_time IS NULL OR audit_time < '1971'
            OR audit_time > '2026-11-24T00:00:00Z')) AS doubt,
        sum(NOT held AND audit_time BETWEEN '1971' AND up_to) AS due
    FROM audit CROSS JOIN fact ON fact.id = tenant_id);
