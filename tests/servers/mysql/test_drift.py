"""tenure drift: events that delete by themselves."""
import json

from mysql_support import contains, equal, folder, tenure, write

POLICY = """module log

import std.gdpr

purpose audit "To know who did what"

category entry "A line of the log" {
    fields {
        time : timestamp "When"
    }
    purpose audit
    basis   std.gdpr.contract
    stored in db as primary
    retain 30 days from time
}
"""
DEPLOYMENT = """deployment live of log

store db = mysql env DB

bind log.entry {
    db as primary to db table "entry" {
        time = time as local "UTC"
    }
}
"""
SQL = """CREATE TABLE entry (id INT PRIMARY KEY, time DATETIME);
CREATE TABLE entry_old (id INT PRIMARY KEY);
CREATE EVENT fill ON SCHEDULE EVERY 1 DAY DO INSERT INTO entry VALUES (1, NULL);
CREATE EVENT other ON SCHEDULE EVERY 1 DAY DO DELETE FROM entry_old;
CREATE EVENT off ON SCHEDULE EVERY 1 DAY DISABLE DO DELETE FROM entry;
"""


def settings(server, db):
    with folder() as place:
        write(f"{place}/log.tenure", POLICY)
        live = write(f"{place}/live.tenure", DEPLOYMENT)
        done = tenure("drift", live, "--json", env={"DB": server.url(db)}, code=None)
        assert done.out, done.err
        return [f["text"] for f in json.loads(done.out)["findings"] if f["kind"] == "setting"]


def test_an_event_that_deletes_is_told(server):
    with server.database(SQL) as db:
        equal(settings(server, db), [])
        server.sql("CREATE EVENT purge_log ON SCHEDULE EVERY 1 DAY DO"
                   " DELETE FROM entry WHERE time < NOW() - INTERVAL 1 DAY".replace("Entry", "entry"), db)
        found = settings(server, db)
        equal(len(found), 1)
        contains(found[0], 'table "entry" has the event "purge_log"')
        contains(found[0], "it deletes from it by itself")


def test_whether_the_scheduler_runs_is_told(server):
    [[before]] = server.sql("SELECT @@event_scheduler")
    if before == "DISABLED":
        return
    with server.database(SQL + "CREATE EVENT p ON SCHEDULE EVERY 1 DAY DO TRUNCATE entry;") as db:
        try:
            server.sql("SET GLOBAL event_scheduler = OFF")
            contains(settings(server, db)[0], "the event scheduler is off now")
            server.sql("SET GLOBAL event_scheduler = ON")
            equal("off now" in settings(server, db)[0], False)
        finally:
            server.sql(f"SET GLOBAL event_scheduler = {before}")
