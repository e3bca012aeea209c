#!/usr/bin/env bash
# Installs what is missing (Debian 12), builds everything with warnings as errors, and runs every check and test.
set -euo pipefail

# shellcheck source=cmake/setup.sh
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/cmake/setup.sh"

usage() {
    cat <<'TEXT'
usage: test.sh [--preset ci|dev|asan|tsan] [CTEST ARGS...]

The preset ci (the default) also checks the format, that the engine has no Qt, that each public header
compiles on its own, and that the engine and the command line build without Qt Widgets. The other presets
only build and run the tests. Arguments such as -R REGEX or -L LABEL choose tests; labels are the folders
of tests/ (core, datasets, experiments, widgets, app) and gui.
TEXT
}

check_format() {
    say "Checking the format"
    (cd "$root" && source_files | xargs -0 -r clang-format --dry-run -Werror) ||
        fail "the format differs: clang-format -i the files named above"
}

# The boundary that keeps the engine usable without a desktop.
check_no_qt() {
    say "Checking that core, datasets and experiments have no Qt"
    local found
    found=$(cd "$root" || exit
        grep -rnE '#[[:space:]]*include[[:space:]]*[<"](Q[A-Z]|Qt|qt|qglobal)|Qt[56]::' \
            --include='*.h' --include='*.cpp' --include=CMakeLists.txt core datasets experiments || true)
    [[ -z $found ]] || fail "Qt in a layer that must have none:
$found"
}

check_headers() {
    say "Checking that each public header compiles on its own"
    build_preset ci all_verify_interface_header_sets || fail "a public header does not compile on its own"
}

check_headless() {
    say "Building the engine and the command line without Qt"
    build_preset headless || fail "the headless build failed"
}

run_tests() {
    local preset=$1
    shift
    say "Running the tests of preset $preset"
    (cd "$root" && ctest --preset "$preset" "$@")
}

preset=ci
while [[ $# -gt 0 ]]; do
    case $1 in
        --preset)
            [[ $# -ge 2 ]] || {
                usage >&2
                exit 2
            }
            preset=$2
            shift 2
            ;;
        -h | --help)
            usage
            exit 0
            ;;
        *) break ;;
    esac
done
case $preset in
    ci | dev | asan | tsan) ;;
    *)
        usage >&2
        exit 2
        ;;
esac

install_packages "${build_packages[@]}" "${test_packages[@]}"
share_ccache
if [[ $preset == ci ]]; then
    # The quick ones first.
    check_format
    check_no_qt
fi
build_preset "$preset" || fail "the build failed; see above"
if [[ $preset == ci ]]; then
    check_headers
    check_headless
fi
run_tests "$preset" "$@"
