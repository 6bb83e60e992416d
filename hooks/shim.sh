#!/bin/sh
# ohmymkt-hook:1:@EVENT@:@DIGEST@
# Put here by `git mkt hooks install`; `git mkt hooks uninstall` takes it away again.
hook='@EVENT@'
program='@PROGRAM@'
case $0 in */*) dir=${0%/*} ;; *) dir=. ;; esac
kept=$dir/$hook.pre-ohmymkt

start() {
    [ -f "$program" ] && [ -x "$program" ] && exec "$program" hook "$hook" --hooks-dir "$dir" -- "$@"
}
# Git waits for this script: only two events have something to do before.
case $hook in commit-msg | reference-transaction) ;; *) start "$@" ;; esac

# Git asks several times for one move of a reference; only here can it be refused.
if [ "$hook" = reference-transaction ] && [ "$1" != prepared ]; then
    [ -x "$kept" ] || exit 0
    exec "$kept" "$@"
fi

# Whether a message says nothing of the artifacts, as far as can be seen at a glance.
claims_nothing() {
    lines=0
    while IFS= read -r line || [ -n "$line" ]; do
        case $line in *[Mm][Kk][Tt]-*) return 1 ;; esac
        lines=$((lines + 1))
        [ "$lines" -le 40 ] || return 1
    done <"$1"
}

# `pre-commit` has noted that it leaves the artifacts alone, and the index is no younger than that:
# there is nothing to add to the message, and the program need not be started again.
if [ "$hook" = commit-msg ] && [ ! -x "$kept" ]; then
    git_dir=${GIT_DIR:-.git}
    index=${GIT_INDEX_FILE:-$git_dir/index}
    if [ -f "$index" ] && [ "$git_dir/ohmymkt/untouched" -nt "$index" ] && claims_nothing "$1"; then
        exit 0
    fi
fi

start "$@"
for name in git-mkt ohmymkt; do
    if command -v "$name" >/dev/null 2>&1; then
        exec "$name" hook "$hook" --hooks-dir "$dir" -- "$@"
    fi
    for folder in "$HOME/.cargo/bin" /opt/homebrew/bin /usr/local/bin; do
        if [ -f "$folder/$name" ] && [ -x "$folder/$name" ]; then
            exec "$folder/$name" hook "$hook" --hooks-dir "$dir" -- "$@"
        fi
    done
done

# The program is gone. What was here before it still runs, and what it guards stays as it is.
input=
case $hook in
pre-push | pre-receive | reference-transaction)
    input=$(cat && echo .)
    input=${input%.}
    if [ -x "$kept" ]; then
        printf '%s' "$input" | "$kept" "$@" || exit
    fi
    ;;
*)
    if [ -x "$kept" ]; then
        "$kept" "$@" || exit
    fi
    ;;
esac

# `git --literal-pathspecs` and its like would take `:(top)` for the name of a file, and find nothing.
unset GIT_LITERAL_PATHSPECS GIT_GLOB_PATHSPECS GIT_NOGLOB_PATHSPECS GIT_ICASE_PATHSPECS

# Whether a commit that `$1` has and the other arguments do not reach changes the artifacts.
# What cannot be found out counts as a change.
brings_a_change() {
    found=$(git rev-list -1 --full-history "$@" -- ':(top).ohmymkt') || return 0
    [ -n "$found" ]
}

# Whether what git is about to do changes the artifacts.
changes_artifacts() {
    case $hook in
    pre-commit | pre-merge-commit | commit-msg)
        what='this commit'
        git diff --cached --quiet --no-ext-diff --no-textconv -- ':(top).ohmymkt' && return 1
        return 0
        ;;
    esac
    what='this push'
    [ "$hook" = reference-transaction ] && what='this move of a branch'
    while IFS= read -r line; do
        case $hook in
        pre-push)
            # A name such as `HEAD@{1 day ago}` holds spaces: read from the right.
            old=${line##* } line=${line% *}
            line=${line% *}
            new=${line##* }
            ;;
        *)
            old=${line%% *} line=${line#* }
            new=${line%% *} reference=${line#* }
            ;;
        esac
        case $new in *[!0]*) ;; *) continue ;; esac
        # Branches count, and a detached HEAD, but not a symbolic reference (`ref:…`).
        case $hook:$reference:$new in
        *:ref:*) continue ;;
        reference-transaction:HEAD:* | reference-transaction:refs/heads/*) moves=yes ;;
        reference-transaction:*) continue ;;
        esac
        case $hook in
        pre-push)
            if git cat-file -e "$old" 2>/dev/null; then
                brings_a_change "$new" --not "$old" --remotes="$1" && return 0
            else
                brings_a_change "$new" --not --remotes="$1" && return 0
            fi
            ;;
        *) brings_a_change "$new" --not --all && return 0 ;;
        esac
    done <<LINES
$input
LINES
    return 1
}

tell() {
    printf '%s\n' "$@" >&2
}

moves= reference=
if changes_artifacts "$@"; then
    tell "error: \`git-mkt\` is missing, and $what changes .ohmymkt/" \
        "  looked for: $program" \
        "  then for git-mkt in: $PATH:$HOME/.cargo/bin:/opt/homebrew/bin:/usr/local/bin" \
        "hint: cargo install --path <checkout of ohmymkt>"
    exit 1
fi
if [ "$hook" != reference-transaction ] || [ -n "$moves" ]; then
    tell "warning: \`git-mkt\` is missing, and nothing judges what you do until ohmymkt is installed again"
fi
exit 0
