"""tenure check: what its options print."""
from support import folder, tenure, write

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
