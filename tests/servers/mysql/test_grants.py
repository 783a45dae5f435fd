"""tenure grants: users with exactly what it prints."""
from mysql_support import AT, DEPLOYMENT, MANY, POLICY, contains, equal, folder, policy, tenure

REDACTING = POLICY.replace("    on customer", "    redact kind after 10 days from made\n    on customer")
BOTH = DEPLOYMENT.replace("env DB", "read env READ write env WRITE")


def users(server, db, path, names):
    env = {"READ": server.url(db, user="reader:pw"), "WRITE": server.url(db, user="writer:pw")}
    out = tenure("grants", path, env=env).out
    for name in names:
        server.sql(f"DROP USER IF EXISTS {name}@'%'; CREATE USER {name}@'%' IDENTIFIED BY 'pw'")
    server.sql(out)
    return env, out


def test_each_user_can_do_its_work_and_no_more(server):
    with server.database(MANY) as db, folder() as place:
        path = policy(place, REDACTING, BOTH)
        env, out = users(server, db, path, ("reader", "writer"))
        env["TENURE_LEDGER"] = f"{place}/l"
        try:
            contains(out, "-- store db: apply")
            tenure("eval", path, "--at", AT, "--json", env=env)
            tenure("plan", path, "--at", AT, "-o", f"{place}/plan", env=env)
            tenure("apply", f"{place}/plan", "--yes", "--max-delete", "100%", env=env)
            equal(server.ask("SELECT count(*) FROM item", db), 3333)
            tenure("ledger", "verify", env=env)
            denied = dict(env, WRITE=env["READ"])
            tenure("plan", path, "--at", AT, "-o", f"{place}/plan", env=env)
            server.sql("INSERT INTO item VALUES (0, 1, '2025-01-01T00:00:00Z', 'k')", db)
            denied["TENURE_LEDGER"] = f"{place}/other"
            tenure("plan", path, "--at", AT, "-o", f"{place}/plan", env=denied)
            contains(tenure("apply", f"{place}/plan", "--yes", "--max-delete", "100%", env=denied,
                            code=4).err, "tenure grants DEPLOYMENT")
            equal(server.ask("SELECT count(*) FROM item", db), 3334)
        finally:
            server.sql("DROP USER reader@'%'; DROP USER writer@'%'")


def test_what_may_not_be_seen_is_not_taken_for_absent(server):
    with server.database(MANY) as db, folder() as place:
        path = policy(place, POLICY, BOTH)
        env, _ = users(server, db, path, ("reader", "writer"))
        env["TENURE_LEDGER"] = f"{place}/l"
        try:
            server.sql("REVOKE PROCESS ON *.* FROM writer@'%'")
            tenure("plan", path, "--at", AT, "-o", f"{place}/plan", env=env)
            contains(tenure("apply", f"{place}/plan", "--yes", "--max-delete", "100%", env=env,
                            code=4).err, "privilege PROCESS")
            server.sql(f"GRANT PROCESS ON *.* TO writer@'%'; REVOKE TRIGGER ON {db}.item FROM"
                       " writer@'%'")
            contains(tenure("apply", f"{place}/plan", "--yes", "--max-delete", "100%", env=env,
                            code=4).err, "privilege TRIGGER")
            equal(server.ask("SELECT count(*) FROM item", db), 10000)
        finally:
            server.sql("DROP USER reader@'%'; DROP USER writer@'%'")


def test_what_a_role_gives_is_seen(server):
    with server.database(MANY) as db, folder() as place:
        path = policy(place, POLICY, BOTH)
        grants = tenure("grants", path, env={"READ": server.url(db, user="reader:pw"),
                                             "WRITE": server.url(db, user="keeper:pw")}).out
        server.sql("DROP USER IF EXISTS reader@'%', writer@'%'; DROP ROLE IF EXISTS keeper;"
                   "CREATE ROLE keeper; CREATE USER reader@'%' IDENTIFIED BY 'pw';"
                   "CREATE USER writer@'%' IDENTIFIED BY 'pw'")
        to = "FOR" if server.flavor == "mariadb" else "TO"
        try:
            server.sql(grants.replace("'keeper'@'%'", "keeper"))
            if server.flavor == "mysql8":  # 8.0.15 does not find a database's "_" for a role
                server.sql("GRANT LOCK TABLES ON *.* TO keeper")
            server.sql(f"GRANT keeper TO writer@'%'; SET DEFAULT ROLE keeper {to} writer@'%'")
            env = {"READ": server.url(db, user="reader:pw"),
                   "WRITE": server.url(db, user="writer:pw"), "TENURE_LEDGER": f"{place}/l"}
            tenure("plan", path, "--at", AT, "-o", f"{place}/plan", env=env)
            tenure("apply", f"{place}/plan", "--yes", "--max-delete", "100%", env=env)
            equal(server.ask("SELECT count(*) FROM item", db), 3333)
        finally:
            server.sql("DROP USER reader@'%'; DROP USER writer@'%'; DROP ROLE keeper")
