"""tenure check: what its options print."""
from support import contains, equal, folder, tenure, write

POLICY = """module t "Tests"
import std.gdpr
purpose p "why"
category c "C" {
  fields { made : timestamp @created  name : string  tags : string }
  purpose p  basis std.gdpr.contract  stored in db as primary
  retain 7 days from made when name == "x" &&
      tags.startsWith("y")
  retain 9 days from made when tags.split(",").exists(t, t == name)
  retain 8 days from made
}
"""


def test_cost_prints_each_condition_with_its_place():
    with folder() as path:
        policy = write(f"{path}/t.tenure", POLICY)
        lines = tenure("check", "--cost", policy).out.splitlines()
    assert len(lines) == 2, lines
    assert lines[0].startswith(f"{policy}:7:32: "), lines
    assert lines[0].endswith(' steps: name == "x" && tags.startsWith("y")'), lines
    assert lines[1].startswith(f"{policy}:9:32: "), lines
    assert ' steps: tags.split(",").exists(' in lines[1], lines


# --- SARIF, strictness, sentences

def need(value, kind, what):
    assert isinstance(value, kind) and not (kind is int and isinstance(value, bool)), \
        f"{what}: {value!r}"
    return value


def region(value):
    """SARIF 2.1.0, 3.30: lines and columns from 1, the end not before the start."""
    for name in ("startLine", "startColumn", "endLine", "endColumn"):
        assert need(value[name], int, name) >= 1
    assert (value["startLine"], value["startColumn"]) <= (value["endLine"], value["endColumn"])


def location(value):
    place = need(value, dict, "location")["physicalLocation"]
    uri = need(place["artifactLocation"]["uri"], str, "uri")
    assert not set(uri) & set(" \\\"<>^`{|}%") or "%" in uri, uri
    region(place["region"])
    return uri


def sarif(log):
    """The shape that SARIF 2.1.0 asks for, as far as tenure writes it; the one run."""
    equal(set(log), {"$schema", "version", "runs"})
    equal(log["version"], "2.1.0")
    run, = need(log["runs"], list, "runs")
    equal(run["columnKind"], "unicodeCodePoints")
    driver = run["tool"]["driver"]
    need(driver["name"], str, "name")
    rules = need(driver["rules"], list, "rules")
    equal(len({rule["id"] for rule in rules}), len(rules))
    for rule in rules:
        need(rule["shortDescription"]["text"], str, "shortDescription")
        need(rule["fullDescription"]["text"], str, "fullDescription")
        need(rule["help"]["markdown"], str, "help")
        assert rule["defaultConfiguration"]["level"] in ("error", "warning", "note")
    for result in need(run["results"], list, "results"):
        equal(rules[need(result["ruleIndex"], int, "ruleIndex")]["id"], result["ruleId"])
        assert result["level"] in ("error", "warning", "note")
        assert need(result["message"]["text"], str, "message")
        for one in need(result["locations"], list, "locations"):
            location(one)
        for one in result.get("relatedLocations", []):
            need(one["id"], int, "id")
            need(one["message"]["text"], str, "message")
            location(one)
    return run


WARNED = """module m "M"
import std.gdpr
purpose p "P"
category c "C" {
    fields { made : timestamp @created  n : int  s : string }
    purpose p
    basis std.gdpr.contract
    stored in db as primary, bus as temporary
    retain 1 year from made when s == "é" && s == "f"
    retain 2 years from made
    retain at most 3 years from made when n > 5
    retain at most 2 years from made when n > 3
}
"""


def test_sarif_has_the_shape_that_code_hosts_read():
    with folder() as at:
        file = write(f"{at}/with space.tenure", WARNED)
        run = sarif(tenure("check", "--sarif", file).json())
        equal([r["ruleId"] for r in run["results"]],
              ["temporary-without-limit", "constant-condition", "shadowed"])
        uris = {location(one) for r in run["results"] for one in r["locations"]}
        equal(len(uris), 1)
        assert uris.pop().endswith("/with%20space.tenure")
        shadowed = run["results"][2]
        equal(shadowed["locations"][0]["physicalLocation"]["region"]["startLine"], 11)
        equal(shadowed["relatedLocations"][0]["physicalLocation"]["region"]["startLine"], 12)
        constant = run["results"][1]["locations"][0]["physicalLocation"]["region"]
        equal((constant["startColumn"], constant["endColumn"]), (34, 54))  # code points


def test_sarif_holds_errors_too_and_nothing_where_nothing_is_wrong():
    with folder() as at:
        file = write(f"{at}/m.tenure", "module m \"M\"\ncategory c {")
        run = sarif(tenure("check", "--sarif", file, code=1).json())
        assert run["results"] and run["results"][0]["level"] == "error"
        file = write(f"{at}/m.tenure", "module m \"M\"\n")
        equal(sarif(tenure("check", "--sarif", file).json())["results"], [])


def test_strict_takes_warnings_for_errors():
    with folder() as at:
        file = write(f"{at}/m.tenure", WARNED)
        contains(tenure("check", file).err, "3 warnings")
        contains(tenure("check", "--strict", file, code=1).err, "3 errors")
        levels = {f["severity"] for f in tenure("check", "--strict", "--json", file,
                                                code=1).json()}
        equal(levels, {"error"})
        run = sarif(tenure("check", "--strict", "--sarif", file, code=1).json())
        equal({r["level"] for r in run["results"]}, {"error"})


def test_strict_lets_notes_be():
    with folder() as at:
        file = write(f"{at}/m.tenure", "module m \"M\"\n")
        equal(tenure("check", "--strict", file).err, "")


def test_say_speaks_of_the_modules_given_alone():
    with folder() as at:
        write(f"{at}/base.tenure", WARNED.replace("module m", "module base"))
        file = write(f"{at}/m.tenure", 'module m "M"\nextends base\n')
        said = tenure("check", "--say", file).out
        assert "base.c" not in said
        contains(said, "m.c: C")
        contains(said, "Its retention is inherited from base.")
        clauses = tenure("check", "--say", "--json", file).json()
        equal({c["category"] for c in clauses}, {"m.c"})
        for clause in clauses:
            contains(said, clause["sentence"])
            contains(said, clause["example"] or "")
            assert clause["clause"].startswith(f"{at}/base.tenure:"), clause
