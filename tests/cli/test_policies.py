"""The policies of other fields: each is formatted, without a finding, and tested whole."""
import glob
import os

from support import contains, equal, tenure

FIELDS = ["access_logs", "applicants", "cctv", "coppa_app", "kyc", "patients", "shop"]


def test_every_folder_is_known():
    folders = {os.path.basename(os.path.dirname(f)) for f in glob.glob("policies/*/*.tenure")}
    equal(sorted(folders - {"ipaas", "tencent"}), FIELDS)


def test_each_is_formatted():
    tenure("fmt", "--check", *sorted(glob.glob("policies/*/*.tenure") + glob.glob("stdlib/*.tenure")))


def test_each_is_without_a_finding():
    for name in FIELDS:
        equal(tenure("check", "--json", f"policies/{name}").json(), [])


def test_each_is_tested_whole():
    for name in FIELDS:
        done = tenure("test", "--coverage", "--min", "100", f"policies/{name}")
        contains(done.out, "(100 %)")
        contains(done.out, ", 0 failed")


def test_each_says_what_it_is_in_a_few_lines():
    for name in FIELDS:
        with open(f"policies/{name}/README.md", encoding="utf-8") as file:
            lines = file.read().splitlines()
        assert 5 <= len(lines) <= 14, f"{name}: {len(lines)} lines"
        assert max(map(len, lines)) <= 110, name


def test_the_reason_of_a_clause_is_the_citation_of_its_period():
    done = tenure("eval", "policies/kyc", "--category", "refusal", "--at", "2030-01-01T00:00:00Z",
                  "--json", stdin=b'{"refused": "2021-06-01"}\n')
    verdict = done.lines()[0]
    equal((verdict["verdict"], verdict["due"]), ("delete", "2026-12-31T23:00:00Z"))
    model = tenure("check", "--model", "policies/kyc").json()
    refusal = next(c for c in model["categories"] if c["name"] == "policies.kyc.refusal")
    equal(refusal["clauses"][0]["why"], "GwG § 8(4) sentence 1: records and documents to be kept")
