"""The examples of grammar/findings.md: what is called wrong gives the code, what is called
right does not, and has no error."""
import os
import re
import subprocess
import tempfile

FRAME = re.compile(r"```tenure frame\n(module shop.tickets.*?)```", re.S)
SECTION = re.compile(r"^## (\S+)\n(.*?)(?=^## |\Z)", re.S | re.M)
EXAMPLE = re.compile(r"^(Wrong|Right):\n\n```tenure\n(.*?)\n```$", re.S | re.M)


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def sections():
    """(code, text, {"Wrong": example, "Right": example}) of each finding."""
    for match in SECTION.finditer(read("grammar/findings.md")):
        yield match[1], match[2], dict(EXAMPLE.findall(match[2]))


def frame():
    """The category of LANGUAGE.md, chapter 6, with a place for clauses."""
    return FRAME.search(read("grammar/LANGUAGE.md"))[1]


def files(example):
    """An example as files by name."""
    if example.startswith("// file "):
        parts = re.split(r"^// file (\S+)\n", example, flags=re.M)[1:]
        return dict(zip(parts[::2], parts[1::2]))
    if not example.startswith(("module", "deployment")):
        example = frame().replace("    ...", "\n".join("    " + line for line
                                                        in example.split("\n")))
    return {"m.tenure": example + "\n"}


def codes(tenure, example):
    """The codes that check finds, and whether it found an error."""
    with tempfile.TemporaryDirectory() as folder:
        names = []
        for name, text in files(example).items():
            names.append(os.path.join(folder, name))
            with open(names[-1], "w", encoding="utf-8") as file:
                file.write(text)
        done = subprocess.run([tenure, "check", *names], capture_output=True, text=True,
                              env={**os.environ, "NO_COLOR": "1"}, check=False)
    said = done.stderr + done.stdout
    return set(re.findall(r"(?:error|warning|note)\[([\w-]+)\]", said)), done.returncode, said


def problem(tenure, code, examples):
    """What is wrong with the examples of a code; None: nothing."""
    found, _, said = codes(tenure, examples["Wrong"])
    if code not in found:
        return f"the wrong one does not give it\n{said}"
    found, exit_code, said = codes(tenure, examples["Right"])
    if code in found:
        return f"the right one gives it\n{said}"
    return f"the right one is wrong\n{said}" if exit_code != 0 else None
