"""Builds the extension with libtenure inside: pip install . from this folder of the sources.

TENURE_BUILD is the folder with libtenure.a, build/ of the sources unless set; where the library
is not there yet, make builds it first. Nothing is written beside the sources.
"""
import os
import re
import subprocess

from setuptools import Extension, setup

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.normpath(os.path.join(HERE, "..", "..", ".."))
BUILD = os.path.abspath(os.environ.get("TENURE_BUILD", os.path.join(ROOT, "build")))
LIBRARY = os.path.join(BUILD, "libtenure.a")
SOURCES = ["module", "values", "policy", "run", "record", "batch", "verdicts"]


def version():
    with open(os.path.join(ROOT, "interp", "include", "tenure.h"), encoding="utf-8") as header:
        return re.search(r'#define TENURE_VERSION "(.*)"', header.read())[1]


if not os.path.exists(LIBRARY):
    subprocess.run(["make", "-C", ROOT, f"BUILD={BUILD}", LIBRARY], check=True)

OUT = os.path.join(BUILD, "python")
os.makedirs(OUT, exist_ok=True)
setup(
    version=version(),
    ext_modules=[Extension(
        "tenure._tenure",
        sources=[f"src/{name}.c" for name in SOURCES],
        include_dirs=[ROOT],
        depends=["src/module.h", LIBRARY],
        extra_objects=[LIBRARY],
        libraries=["re2", "sodium", "stdc++", "m"],
        extra_compile_args=["-std=c11", "-fvisibility=hidden", "-Wall", "-Wextra",
                            "-Werror=implicit-function-declaration"],
        extra_link_args=["-Wl,--exclude-libs,ALL"],
        py_limited_api=True,
    )],
    options={"build": {"build_base": os.path.join(OUT, "build")},
             "egg_info": {"egg_base": OUT},
             "bdist_wheel": {"py_limited_api": "cp310"}},
)
