#!/usr/bin/env bash
# Installs what is missing (Debian 12), builds, and starts Ternbench.
set -euo pipefail

# shellcheck source=cmake/setup.sh
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/cmake/setup.sh"

usage() {
    cat <<'TEXT'
usage: run.sh [DOCUMENT.json | RUN.run.h5]   open the desktop program, by default on the default experiment
       run.sh --cli ARGS...                  run ternbench-cli ARGS (run, export, verify, info, report, faults, --help ...)

Without a display, an experiment document is run on the command line into NAME.run.h5 in the current folder.
TERNBENCH_SKIP_PACKAGES=1 leaves the installed packages as they are.
TEXT
}

# visibly COMMAND... shows the build as it goes, on stderr.
visibly() {
    "$@" >&2
}

# build quietly|visibly
build() {
    install_packages "${build_packages[@]}"
    share_ccache
    if [[ ! -x $root/build/bin/ternbench-cli ]]; then
        say "Building Ternbench (a few minutes the first time)"
    fi
    "$@" build_preset release || fail "the build failed; see above"
}

# on_command_line FILE does without a display what the desktop program would be opened for.
on_command_line() {
    local document=$1 name
    if [[ $document != *.json ]]; then
        say "There is no display. Use run.sh --cli resume $document or run.sh --cli info $document."
        exit 2
    fi
    name=$(basename "$document" .json)
    local output=$name.run.h5 copy
    for ((copy = 2; ; ++copy)); do
        [[ -e $output ]] || break
        output=$name-$copy.run.h5
    done
    say "There is no display: running $document into $output"
    exec "$root/build/bin/ternbench-cli" run "$document" --output "$output"
}

case ${1:-} in
    --cli)
        shift
        build quietly
        exec "$root/build/bin/ternbench-cli" "$@"
        ;;
    -h | --help)
        usage
        exit 0
        ;;
    -*)
        usage >&2
        exit 2
        ;;
esac

[[ $# -le 1 ]] || {
    usage >&2
    exit 2
}
file=${1:-$root/experiments/fashion_fc_8_2.json}
build visibly
if [[ -z ${DISPLAY:-} && -z ${WAYLAND_DISPLAY:-} ]]; then
    on_command_line "$file"
fi
exec "$root/build/bin/ternbench" "$file"
