#!/bin/sh
# peers.sh BUILD PROGRAM...: installs what the benches compare with and builds the programs, which
# are targets of the Makefile. What cannot be had is said, and its figures are left out.
set -u
build=$1
shift
python=$build/venv/bin/python
mkdir -p "$build/peers"

left_out() {
    printf 'left out: %s: %s\n' "$1" "$2"
}

if ! command -v jq >/dev/null && ! { [ "$(id -u)" = 0 ] && apt-get install -y -qq jq >/dev/null; }; then
    left_out jq 'install the Debian package'
fi
if ! sh tests/bindings/python/prepare "$build/venv" "$(realpath "$build")"; then
    left_out 'Python packages' 'the registry or a compiler is not there'
elif ! "$python" -m pip install -q --disable-pip-version-check -r tests/bench/requirements.txt; then
    left_out 'DuckDB' 'the registry does not give the version wanted'
fi

for program; do
    case $program in
    */cedar) tool=cargo ;;
    *) tool=go ;;
    esac
    if ! command -v $tool >/dev/null; then
        left_out "$program" "no $tool here"
    elif ! make --no-print-directory "BUILD=$build" "$program"; then
        left_out "$program" 'it does not build'
    fi
done
