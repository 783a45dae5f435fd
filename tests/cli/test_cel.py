"""tenure cel: one condition."""
import resource
import subprocess

from support import TENURE, contains, equal, tenure

with open(TENURE, "rb") as program:
    BINARY = program.read()


def nested(form, times, inner):
    """`form` around itself, each time with the name bound to what is within."""
    text = "b"
    for _ in range(times - 1):
        text = f"cel.bind(b, {form}, {text})"
    return f"cel.bind(b, {inner}, {text})"


def test_a_value_is_printed_with_its_types():
    equal(tenure("cel", "[a, {'k': 2u}, b'x', null]", "a=1.5").out,
          '{"list":[{"double":"1.5"},{"map":[[{"string":"k"},{"uint":"2"}]]},'
          '{"bytes":"eA=="},{"null":true}]}\n')


def limit_memory():
    """To a gibibyte; a sanitizer's shadow would not fit."""
    if b"__asan_init" not in BINARY:
        resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))


def test_a_value_of_shared_parts_is_not_printed_beyond_a_limit():
    for form in ("[b, b]", "{1: b, 2: b}", "[optional.of(b), optional.of(b)]"):
        done = subprocess.run([TENURE, "cel", nested(form, 30, "[1, 2]")], timeout=20,
                              capture_output=True, check=False, preexec_fn=limit_memory)
        equal(done.returncode, 1)
        equal(done.stdout, b"")
        contains(done.stderr.decode(), "the value is too large: written out it takes more "
                 "than 16 MiB")


def test_a_value_of_shared_parts_is_not_bound_beyond_a_limit():
    result = tenure("cel", "size(a)", f"a={nested('[b, b]', 30, '[1]')}", code=1)
    contains(result.err, "the value is too large")
    equal(tenure("cel", "size(a)", f"a={nested('[b, b]', 8, '[1]')}").out, '{"int":"2"}\n')


def test_cost_is_told_of_a_value_too_large_to_print():
    contains(tenure("cel", "--cost", nested("[b, b]", 30, "[1]")).out, "worst case")
