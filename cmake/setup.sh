# Sourced by run.sh and test.sh: packages, building, messages.
# shellcheck shell=bash
# The lists of packages are used by the scripts that source this one.
# shellcheck disable=SC2034

# The project's folder.
root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)

# What it takes to build and run, Debian 12 names; one reason each.
build_packages=(
    g++                   # compiler, C++20
    cmake                 # build system, 3.25 or later
    ninja-build           # what CMake drives
    ccache                # makes every build after the first quick
    qt6-base-dev          # windows of the desktop program, Qt Test
    qt6-svg-dev           # plots saved as SVG, icons
    libqcustomplot-dev    # plots
    libhdf5-dev           # run files and packed networks
    libopenblas-dev       # matrix products of training
    nlohmann-json3-dev    # experiment documents
    libcli11-dev          # command line options
    zlib1g-dev            # compressed data sets
    libssl-dev            # SHA-256 of data and golden vectors
    libhpdf-dev           # hardware reports as PDF
    dataset-fashion-mnist # the default data set: 70,000 images
)

# What the tests need besides.
test_packages=(
    git            # names the files whose format is checked
    clang-format   # checks the format
    python3-h5py   # reads our files back with another program
    hdf5-tools     # h5dump, the same
    xvfb           # a display for tests that need a real one
    xauth          # lets xvfb-run start xvfb
    verilator      # lints and simulates the exported RTL
    iverilog       # simulates it with another simulator
    yosys          # synthesizes its decoders and processing elements
    make           # what the exported Makefile needs
)

say() {
    # To stderr: stdout belongs to the program that is run, which may print JSON.
    printf '%s\n' "$*" >&2
}

fail() {
    say "error: $*"
    exit 1
}

# missing_packages NAME... prints those that are not installed, one a line. Needs no network.
missing_packages() {
    local installed name
    # The status is 1 as soon as one of them is unknown.
    installed=$(dpkg-query --show --showformat '${Package} ${Status}\n' "$@" 2>/dev/null || true)
    for name in "$@"; do
        grep -qxF "$name install ok installed" <<<"$installed" || printf '%s\n' "$name"
    done
}

# by_hand REASON NAME... ends the script, saying what to install.
by_hand() {
    local reason=$1
    shift
    say "error: $reason"
    say "Install these packages by hand (Debian 12 names; other systems have the like):"
    say "    $*"
    say "As root on Debian: apt-get install --no-install-recommends $*"
    say "If they are there under other names, run this again with TERNBENCH_SKIP_PACKAGES=1."
    exit 1
}

# as_root COMMAND... runs it with the rights to install.
as_root() {
    if [[ $(id -u) == 0 ]]; then
        "$@"
    else
        sudo "$@"
    fi
}

# install_packages NAME... installs what is missing; quick and without network if nothing is.
install_packages() {
    local missing=()
    [[ -z ${TERNBENCH_SKIP_PACKAGES:-} ]] || return 0
    command -v dpkg-query >/dev/null || by_hand "this is not a Debian system (no dpkg-query)" "$@"
    mapfile -t missing < <(missing_packages "$@")
    [[ ${#missing[@]} -gt 0 ]] || return 0
    command -v apt-get >/dev/null || by_hand "packages are missing and there is no apt-get" "${missing[@]}"
    if [[ $(id -u) != 0 ]] && ! command -v sudo >/dev/null; then
        by_hand "packages are missing, and installing them takes root or sudo" "${missing[@]}"
    fi
    say "Installing ${missing[*]}"
    # An update that fails for one of many sources need not matter; the installation tells.
    as_root apt-get update -qq >&2 || say "apt-get update failed; trying what is known already"
    # Another apt-get (unattended upgrades, say) may hold the lock for a while.
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y -qq \
        --no-install-recommends "${missing[@]}" >&2 || by_hand "apt-get could not install the packages (is there a network?)" "${missing[@]}"
}

# Builds of different presets share their objects: ccache takes no notice of the build folder.
share_ccache() {
    export CCACHE_BASEDIR=$root CCACHE_NOHASHDIR=1
}

# binary_folder PRESET prints where the preset builds, as CMakePresets.json says.
binary_folder() {
    if [[ $1 == release ]]; then
        printf '%s\n' "$root/build"
    else
        printf '%s\n' "$root/build-$1"
    fi
}

# configure_preset PRESET does nothing if it was done after the last change of the presets; Ninja notices
# changed CMakeLists.txt files itself.
configure_preset() {
    local folder
    folder=$(binary_folder "$1")
    if [[ -e $folder/build.ninja && -e $folder/.configured && ! $root/CMakePresets.json -nt $folder/.configured ]]; then
        return 0
    fi
    (cd "$root" && cmake --preset "$1") && touch "$folder/.configured"
}

# build_preset PRESET [TARGET...]
build_preset() {
    local preset=$1
    shift
    configure_preset "$preset" || return
    (cd "$root" && cmake --build --preset "$preset" ${1+--target "$@"})
}

# quietly COMMAND... shows the command's output, on stderr, only if it fails.
quietly() {
    local log status=0
    log=$(mktemp)
    "$@" >"$log" 2>&1 || status=$?
    [[ $status == 0 ]] || cat "$log" >&2
    rm -f "$log"
    return "$status"
}

# source_files prints the project's C++ files, each ended by a zero byte.
source_files() {
    if git -C "$root" rev-parse --is-inside-work-tree >/dev/null 2>&1; then
        git -C "$root" ls-files -z -- '*.h' '*.cpp'
    else
        # A release without its history, or a folder of another user.
        (cd "$root" && find app core datasets experiments tests widgets \
            \( -name '*.h' -o -name '*.cpp' \) -printf '%p\0')
    fi
}
