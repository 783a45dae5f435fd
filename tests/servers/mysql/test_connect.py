"""Addresses, TLS, sockets, option files; what is said when a server can't be reached."""
import os
import subprocess

from mysql_support import AT, TENURE, Proxy, contains, equal, folder, policy, tenure, write

TABLES = """
CREATE TABLE customer(id INT PRIMARY KEY, gone_at TEXT, held TEXT);
CREATE TABLE item(id INT PRIMARY KEY, customer_id INT, made TEXT, kind TEXT);
INSERT INTO customer VALUES (1, NULL, NULL);
INSERT INTO item VALUES (1, 1, '2026-11-01T00:00:00Z', 'a'), (2, 1, '2025-01-01T00:00:00Z', 'b');
"""


def reasons(place, url, code=0):
    done = tenure("eval", policy(place), "--at", AT, "--records", env={"DB": url}, code=code)
    return [row["reason"] for row in done.lines()] if code == 0 else done.err


def test_a_host_a_socket_and_an_option_file(server):
    with server.database(TABLES) as db, folder() as place:
        expected = ["retained", "expired"]
        equal(reasons(place, server.url(db)), expected)
        sock = server.facts["MYSQL_SOCKET"]
        equal(reasons(place, f"mysql://tenure:tenure@/{db}?socket={sock}"), expected)
        equal(reasons(place, server.url(db, user="%74enure:t%65nure")), expected)
        file = write(f"{place}/my.cnf", "[client]\nuser=nobody\n[keeper]\nuser=tenure\n"
                                        "password=tenure\n")
        url = server.url(db, more=f"?option-file={os.path.abspath(file)}&group=keeper")
        equal(reasons(place, url.replace("tenure:tenure@", "")), expected)


def test_tls_with_an_authority_and_a_certificate(server):
    with server.database(TABLES) as db, folder() as place:
        tls = server.facts["MYSQL_TLS"]
        server.sql("CREATE USER IF NOT EXISTS safe IDENTIFIED BY 'tenure' REQUIRE X509;"
                   f"GRANT SELECT ON {db}.* TO safe")
        good = f"?ssl-ca={tls}/ca.pem&ssl-cert={tls}/client.pem&ssl-key={tls}/client.key"
        equal(len(reasons(place, server.url(db, more=good, user="safe:tenure",
                                            host="localhost"))), 2)
        equal(len(reasons(place, server.url(db, more="?tls=required"))), 2)
        contains(reasons(place, server.url(db, user="safe:tenure", more="?tls=required"), 3),
                 "Access denied")
        contains(reasons(place, server.url(db, more=f"?ssl-ca={tls}/other.pem",
                                           host="localhost"), 3), "TLS")
        server.sql("DROP USER safe")


def test_another_host_s_name_is_not_the_server_s(server):
    with server.database(TABLES) as db, folder() as place:
        more = f"?ssl-ca={server.facts['MYSQL_TLS']}/ca.pem"
        contains(reasons(place, server.url(db, more=more, host="127.0.0.1"), 3), "ssl-ca=")


def test_no_secret_is_repeated(server):
    with server.database(TABLES) as db, folder() as place:
        err = reasons(place, server.url(db, user="tenure:s3cret"), 3)
        contains(err, "store db (mysql DB): ")
        contains(err, "Access denied")
        assert "s3cret" not in err, err


def test_what_cannot_be_reached_is_said(server):
    with folder() as place:
        contains(reasons(place, "mysql://u@127.0.0.1:1/db", 3), "127.0.0.1")
        contains(reasons(place, server.url("tenure_none"), 3), "tenure_none")
        contains(reasons(place, "postgres://x/y", 3), "does not start with mysql://")
        contains(reasons(place, "mysql://host", 3), "names no database")
        contains(reasons(place, "mysql://h/d?colour=red", 3), "option that there is not")
        contains(reasons(place, "mysql://h:0/d", 3), "a port that is none")
        contains(reasons(place, "mysql://h/d%2", 3), "two hexadecimal digits")
        contains(reasons(place, "mysql://h/d?timeout=0", 3), "timeout")


def test_a_table_or_a_column_that_is_not_there(server):
    with server.database("CREATE TABLE customer(id INT PRIMARY KEY, gone_at TEXT);"
                         "CREATE TABLE items(id INT)") as db, folder() as place:
        err = reasons(place, server.url(db), 3)
        contains(err, 'it has no table "item" that may be seen')
        contains(err, 'did you mean "items"?')
        contains(err, 'table "customer" has no column "held"')


def test_without_the_library_it_says_what_to_install(server):
    with folder() as place:
        write(f"{place}/libmariadb.so.3", "none")
        done = tenure("eval", policy(place), "--at", AT,
                      env={"DB": server.url("tenure"), "LD_LIBRARY_PATH": place}, code=3)
        contains(done.err, "install libmariadb3")
    linked = subprocess.run(["ldd", TENURE], capture_output=True, text=True, check=True).stdout
    assert "mariadb" not in linked, linked


def test_reading_goes_on_after_a_lost_connection_and_says_so(server):
    rows = ("INSERT INTO item SELECT seq, 1, '2025-01-01T00:00:00Z', repeat('x', 50) FROM ("
            "SELECT a.n + 10 * b.n + 100 * c.n + 1000 * d.n + 10000 * e.n + 3 AS seq FROM "
            + ",".join(f"(SELECT 0 n {''.join(f' UNION SELECT {i}' for i in range(1, 10))}) {t}"
                       for t in "abcde") + ") t")
    with server.database(TABLES + rows) as db, folder() as place:
        proxy = Proxy(server.port)
        url = server.url(db).replace(str(server.port), str(proxy.port))
        proxy.cut(1_000_000)
        done = tenure("eval", policy(place), "--at", AT, "--json", env={"DB": url})
        proxy.close()
        equal(proxy.cuts, 1)
        equal(done.json()["placements"][0]["records"], 100002)
        contains(done.err, "the connection was lost while table \"item\" was read")
