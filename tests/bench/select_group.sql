-- The three verdicts of the audit rule, and how many are held: terminated customers looked up
-- only where the time of the record leaves it open.
PRAGMA mmap_size = 1073741824;
CREATE TEMP TABLE held(id TEXT PRIMARY KEY) WITHOUT ROWID;
INSERT INTO held SELECT id FROM tenant WHERE held_at IS NOT NULL;
CREATE TEMP TABLE gone(id TEXT PRIMARY KEY, at TEXT) WITHOUT ROWID;
INSERT INTO gone SELECT id, terminated_at FROM tenant
    WHERE terminated_at <= '2026-11-23T00:00:00Z';
CREATE TEMP TABLE gone_id(id TEXT PRIMARY KEY) WITHOUT ROWID;
INSERT INTO gone_id SELECT id FROM gone;
CREATE TEMP TABLE counted AS SELECT v, count(*) AS n FROM (
    SELECT CASE WHEN tenant_id IN held THEN 'held'
        WHEN audit_time IS NULL OR audit_time < '1971' OR audit_time > '2026-11-24T00:00:00Z'
            THEN 'flag'
        WHEN audit_time <= '2025-11-23T00:00:00Z' THEN 'delete'
        WHEN tenant_id IN gone_id
            AND audit_time <= (SELECT at FROM gone WHERE id = tenant_id) THEN 'delete'
        ELSE 'keep' END AS v FROM audit) GROUP BY v;
SELECT json_object('keep', coalesce(sum(n) FILTER (WHERE v IN ('keep', 'held')), 0),
    'held', coalesce(sum(n) FILTER (WHERE v = 'held'), 0),
    'delete', coalesce(sum(n) FILTER (WHERE v = 'delete'), 0),
    'flag', coalesce(sum(n) FILTER (WHERE v = 'flag'), 0)) FROM counted;
