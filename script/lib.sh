# Sourced by the scripts beside it: finding Python, system packages, the virtual environment.
# POSIX sh, for Debian's dash and the old bash of a Mac. `root` is the checkout.
# shellcheck shell=sh

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
venv=$root/.venv
command_line=./script/${0##*/}

# Somebody else's Python settings must not leak into the virtual environment.
unset PYTHONHOME PYTHONPATH
export PIP_USER=0 PIP_DISABLE_PIP_VERSION_CHECK=1

say() {
    printf '→ %s\n' "$1"
}

stop() {
    printf '\n%s\n' "$1" >&2
    exit "${2:-1}"
}

# Neither the demo nor the tests may touch a real installation's database or send its mail.
forget_settings() {
    for name in $(env | sed -n 's/^\(KBSTRACK_[A-Z_]*\)=.*/\1/p'); do
        case $name in
            KBSTRACK_CHROMIUM) ;;
            *) unset "$name" ;;
        esac
    done
}

# Sets `python` to one that is new enough, and that does not itself live in a virtual environment.
find_python() {
    for name in python3 python3.14 python3.13 python3.12 python3.11; do
        if python=$("$name" -c 'import sys
print(sys._base_executable)
sys.exit(sys.version_info < (3, 11))' 2>/dev/null); then
            return
        fi
    done
    found=$(python3 -c 'import platform; print(platform.python_version())' 2>/dev/null) || found=
    stop "kbstrack needs Python 3.11 or newer; this machine has ${found:-none}.
Install it, for example with one of these, and run $command_line again:

    sudo apt-get update && sudo apt-get install -y python3        # Debian 12, Ubuntu 24.04
    sudo apt-get update && sudo apt-get install -y python3.11     # Ubuntu 22.04
    brew install python                                           # a Mac"
}

# Installs the system packages that the named groups of script/missing.py lack.
need_system() {
    find_packager
    find_lacking "$@"
    [ -n "$lacking" ] || return 0
    how_to_install "$lacking"
    may_install || stop "Some system packages are missing. Install them, then run $command_line again:

    $line"
    say "Installing $lacking"
    # shellcheck disable=SC2086 # a list of package names
    install_packages $lacking
    find_lacking "$@"
    [ -z "$lacking" ] || stop "Still missing after installing: $lacking.
$("$python" -c 'import sys; print(sys.executable)') cannot see them. If that is not the system's own Python, try without it on the PATH."
}

find_lacking() {
    lacking=$("$python" "$root/script/missing.py" "$packager" "$@") ||
        stop "$python could not look for what is missing: the lines above say why."
    # shellcheck disable=SC2086,SC2116 # one line of words
    lacking=$(echo $lacking)
}

find_packager() {
    packager=apt
    if [ "$(uname -s)" = Darwin ]; then
        packager=brew
        # Where Homebrew keeps libraries is not where a Mac looks for them.
        if command -v brew >/dev/null; then
            DYLD_FALLBACK_LIBRARY_PATH=$(brew --prefix)/lib:/usr/local/lib:/usr/lib
            export DYLD_FALLBACK_LIBRARY_PATH
        fi
    fi
}

how_to_install() {
    case $packager in
        apt) line="sudo apt-get update && sudo apt-get install -y $1" ;;
        brew) line="brew install $1" ;;
    esac
}

# Whether packages can be installed without asking anybody for a password.
may_install() {
    if [ "$packager" = brew ]; then
        command -v brew >/dev/null
    elif ! command -v apt-get >/dev/null; then
        line="Debian and Ubuntu call them: $lacking"
        return 1
    elif [ "$(id -u)" = 0 ]; then
        as_root='env'
    elif sudo -n true 2>/dev/null; then
        as_root='sudo -n env'
    else
        return 1
    fi
}

# Quiet unless it fails. The package lists are fetched only when the ones here do not do.
install_packages() {
    log=$(mktemp)
    if [ "$packager" = brew ]; then
        brew install --quiet "$@" || stop "Homebrew could not install $*: the lines above say why."
    elif ! apt_install "$@" && ! { apt_get update && apt_install "$@"; }; then
        tail -n 20 "$log" >&2
        rm -f "$log"
        stop "apt-get could not install $*: the lines above say why. When that is mended, run $command_line again."
    fi
    rm -f "$log"
}

apt_install() {
    apt_get install -y --no-install-recommends "$@"
}

apt_get() {
    # shellcheck disable=SC2086 # `sudo -n env` is three words
    $as_root DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 "$@" \
        </dev/null >"$log" 2>&1
}

# Makes .venv, or makes it anew when it is half made, moved here, or its Python has gone.
make_venv() {
    is_whole_venv && return
    if [ -e "$venv" ]; then
        say "Making the virtual environment anew (.venv was unfinished or made elsewhere)"
    else
        say "Making the virtual environment (.venv)"
    fi
    rm -rf "$venv"
    mkdir "$venv"
    touch "$venv/unfinished"
    "$python" -m venv "$venv" || stop "The virtual environment could not be made: the lines above say why."
    rm "$venv/unfinished"
}

is_whole_venv() {
    [ -d "$venv" ] && [ ! -e "$venv/unfinished" ] || return 1
    # Its own note of the command that made it ends with the folder it was made for.
    case $(sed -n 's/^command = //p' "$venv/pyvenv.cfg" 2>/dev/null) in
        *" $venv") ;;
        *) return 1 ;;
    esac
    "$venv/bin/python" -m pip --version >/dev/null 2>&1
}

# Installs kbstrack with the extras given (`test`, `dev`), unless that was done for these settings.
install_kbstrack() {
    wanted=$(cd "$root" && cat setup.cfg pyproject.toml | cksum)
    extras=
    is_done=yes
    for part in app "$@"; do
        [ "$(cat "$venv/installed-$part" 2>/dev/null)" = "$wanted" ] || is_done=no
        [ "$part" = app ] || extras=$extras${extras:+,}$part
    done
    [ $is_done = yes ] && [ -x "$venv/bin/kbstrack" ] && return
    say "Installing kbstrack and the Python packages it needs${extras:+ (with those for: $extras)}"
    quiet=--quiet
    [ -t 1 ] && quiet=
    # shellcheck disable=SC2086 # one word or none
    (cd "$root" && "$venv/bin/python" -m pip install $quiet --use-pep517 --editable ".${extras:+[$extras]}") ||
        stop "The Python packages could not be installed: the lines above say why.
Check the connection to the network, then run $command_line again: it goes on from here."
    for part in app "$@"; do
        printf '%s\n' "$wanted" >"$venv/installed-$part"
    done
}

# Runs a program of the virtual environment: through its Python, since a script's first line
# cannot hold every path, and on a Mac loses the place of the libraries.
run() {
    program=$1
    shift
    "$venv/bin/python" "$venv/bin/$program" "$@"
}
