#!/bin/bash
# What the programs cost, as ratios against git in the same run on the same machine.
#
#   cargo build --release && tests/bench/ratios.sh
#
# Needs git and python3 (its standard library only). Works in a temporary folder and writes nothing
# into the project. Exit 1 when a target is missed. OHMYMKT names another program to measure,
# ROUNDS the number of rounds (21), PAGES the files of the large tree (100000), INCIDENTS the number
# of incidents (10000), COMMITS the length of the long history (50000), PUSHED of a push (10000).
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
program=${OHMYMKT:-$here/../../target/release/ohmymkt}
rounds=${ROUNDS:-21}
pages=${PAGES:-100000}
incidents=${INCIDENTS:-10000}
commits=${COMMITS:-50000}
pushed=${PUSHED:-10000}
[ -x "$program" ] || { echo "error: no program at $program
hint: cargo build --release" >&2; exit 1; }
program=$(realpath "$program")

ground=$(mktemp -d "${TMPDIR:-/tmp}/ohmymkt-bench.XXXXXX")
trap 'rm -rf "$ground"' EXIT
mkdir "$ground/home" "$ground/bin"
# As `cargo install` does it. A program that a linker has just written lies in memory in small
# pieces, and each of its starts takes a third of a millisecond longer.
cp "$program" "$ground/bin/git-mkt"
program=$ground/bin/git-mkt
for name in $(env | sed -n 's/^\(GIT_[A-Z0-9_]*\)=.*/\1/p'); do unset "$name"; done
export HOME=$ground/home GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 TZ=UTC LC_ALL=C
export GIT_AUTHOR_NAME="Ada Growth" GIT_AUTHOR_EMAIL=ada@example.org
export GIT_COMMITTER_NAME="Ada Growth" GIT_COMMITTER_EMAIL=ada@example.org

note() { echo "$*" >&2; }
mkt() { "$program" "$@" >"$ground/output" 2>&1 || { cat "$ground/output" >&2; exit 1; }; }
at() { export GIT_AUTHOR_DATE=$1 GIT_COMMITTER_DATE=$1; }

# Makes a repository with a started campaign; a stream for fast-import on stdin is its first commit.
campaign() {
    at 2026-01-05T09:00:00Z
    git init -q -b main "$1"
    cd "$1"
    git fast-import --quiet
    git reset -q --hard
    mkt init
    # The commits that are measured against run no hooks of ours.
    mkt hooks uninstall
    mkt plan-growth "Win more demand" --name more-demand --scope-in "the product pages" \
        --scope-out "the shop checkout" --rollback-condition "a P0 incident" --owner "Ada Growth" \
        --acceptance "non_brand_visibility_trend is up in 3 of 4 weekly cycles"
    mkt update-gates strategy_gate.kpi_tree_bound=true strategy_gate.approved=true \
        compliance_gate.documented=true compliance_gate.accepted_by_all=true \
        capacity_gate.rolling_weeks_feasible=8 data_gate.dashboard_stable=true \
        data_gate.reconcilable=true ownership_gate.priority_query_coverage=0.85 \
        --evidence https://example.org/evidence
    mkt review-plan more-demand --pass
    mkt start-campaign more-demand
}

commit_head() {
    printf 'commit refs/heads/main\ncommitter Ada Growth <ada@example.org> 1767600000 +0000\ndata %d\n%s\n' \
        "${#1}" "$1"
}

# A site of so many pages, as a stream for fast-import.
site() {
    printf 'blob\nmark :1\ndata 5\npage\n\n'
    commit_head "Open the site"
    printf 'M 100644 :1 index.html\n'
    awk -v pages="$1" 'BEGIN { for (n = 1; n < pages; n++)
        printf "M 100644 :1 pages/%03d/%05d.html\n", n % 400, n }'
}

# So many incidents, one in a hundred since the campaign began, as a stream for fast-import.
trouble() {
    commit_head "Bring the incidents of earlier years"
    printf 'from refs/heads/main^0\n'
    awk -v count="$1" 'BEGIN { for (n = 0; n < count; n++) {
        year = n % 100 == 0 ? 2026 : 2025; month = year == 2026 ? 1 : n % 12 + 1
        day = year == 2026 ? 6 + n % 5 : n % 28 + 1
        compact = sprintf("%d%02d%02dT%02d%02d%02dZ", year, month, day, n % 24, n % 60, n % 59)
        time = sprintf("%d-%02d-%02dT%02d:%02d:%02dZ", year, month, day, n % 24, n % 60, n % 59)
        id = sprintf("inc-%s-%08x", compact, n)
        text = sprintf("{\n  \"id\": \"%s\",\n  \"severity\": \"P2\",\n  \"module\": \"technical_foundation\",\n  \"summary\": \"Incident number %d of the benchmark\",\n  \"created_at\": \"%s\"\n}\n", id, n, time)
        printf "M 100644 inline .ohmymkt/incidents/%s.json\ndata %d\n%s\n", id, length(text), text } }'
}

# A history of so many commits, one in so many of ours, as a stream for fast-import.
history() {
    awk -v count="$1" -v every="$2" 'BEGIN { for (n = 0; n < count; n++) {
        seconds = 1767700000 + n * 60
        if (n % every == 0) {
            time = strftime("%Y-%m-%dT%H:%M:%SZ", seconds)
            id = sprintf("inc-%s-%08x", strftime("%Y%m%dT%H%M%SZ", seconds), n)
            path = ".ohmymkt/incidents/" id ".json"
            text = sprintf("{\n  \"id\": \"%s\",\n  \"severity\": \"P2\",\n  \"module\": \"technical_foundation\",\n  \"summary\": \"Incident number %d\",\n  \"created_at\": \"%s\"\n}\n", id, n, time)
            message = sprintf("mkt(incident): P2 in technical_foundation\n\nMkt-Action: incident\nMkt-Incident: %s\nMkt-Severity: P2\nMkt-Module: technical_foundation\nMkt-Record: %s\n", id, id)
        } else {
            path = sprintf("pages/%02d/%03d.html", n % 50, n % 400)
            text = sprintf("page %d\n", n)
            message = sprintf("Change page %d\n\nA few words about why.\n", n)
        }
        printf "commit refs/heads/main\ncommitter Ada Growth <ada@example.org> %d +0000\n", seconds
        printf "data %d\n%s\n", length(message), message
        if (n == 0) printf "from refs/heads/main^0\n"
        printf "M 100644 inline %s\ndata %d\n%s\n", path, length(text), text } }'
}

measure() { python3 "$here/measure.py" "$@"; }

missed=0
row() { printf '%-46s %10s %10s %8s  %-9s %s\n' "$@"; }
# verdict WHAT OURS THEIRS UNIT TARGET: a ratio when there is something to compare with. A target may be `-`.
verdict() {
    local line
    line=$(awk -v ours="$2" -v theirs="$3" -v target="$5" 'BEGIN {
        value = theirs == "-" ? ours : ours / theirs
        word = target == "-" ? "" : value <= target ? "ok" : "MISSED"
        printf "%s %.2f %s", ours, value, word }')
    local ours value word
    read -r ours value word <<<"$line"
    [ "$3" != - ] || value=-
    [ "$word" != MISSED ] || missed=1
    local theirs=$3 target="<= $5"
    [ "$theirs" = - ] || theirs="$theirs $4"
    [ "$5" != - ] || target=-
    row "$1" "$ours $4" "$theirs" "$value" "$target" "$word"
}
# compare WHAT TARGET ROUNDS PREPARE OURS PREPARE THEIRS: leaves the peak memory of ours in $peak.
compare() {
    local what=$1 target=$2 lines
    shift 2
    lines=$(measure "$@")
    local cpu wall their_cpu their_wall _
    { read -r cpu wall peak; read -r their_cpu their_wall _; } <<<"$lines"
    verdict "$what, cpu" "$cpu" "$their_cpu" ms "$target"
    verdict "$what, wall" "$wall" "$their_wall" ms "$target"
}

incident="$program incident --severity P2 --module technical_foundation --summary 'Measured incident'"
commit="git commit -q --only -m 'Change a page' -- .ohmymkt/plans/more-demand.md"
change='date +%s%N >>.ohmymkt/plans/more-demand.md'
export BENCH_START=2026-01-12T09:00:00

row case ours git ratio target ""
campaign "$ground/small" < <(site 20)
compare "check-gates : git rev-parse HEAD" 2.5 "$rounds" "" "$program check-gates" "" "git rev-parse HEAD"
peak_check=$peak
compare "incident : git commit --only" 0.6 "$rounds" "" "$incident" "$change" "$commit"
verdict "check-gates, peak memory" "$peak_check" - MB 30
verdict "incident, peak memory" "$peak" - MB 30

mkt hooks install
empty="commit -q --allow-empty -m Empty"
compare "git commit with our hooks : without" 1.75 "$rounds" "" "git $empty" "" "git -c core.hooksPath=/dev/null $empty"
# What git itself needs for two hooks, whatever they do.
mkdir "$ground/idle"
for event in pre-commit commit-msg; do
    printf '#!/bin/sh\nexit 0\n' >"$ground/idle/$event"
    chmod +x "$ground/idle/$event"
done
compare "git commit with two empty hooks : without" - "$rounds" \
    "" "git -c core.hooksPath=$ground/idle $empty" "" "git -c core.hooksPath=/dev/null $empty"
mkt hooks uninstall

note "building a tree of $pages files"
campaign "$ground/large" < <(site "$pages")
lines=$(measure "$rounds" "" "$program hook pre-commit")
read -r cpu wall _ <<<"$lines"
verdict "pre-commit, nothing of ours, $pages files, wall" "$wall" - ms 3
compare "incident : git commit --only, $pages files" 0.25 "$((rounds / 2 + 1))" "" "$incident" "$change" "$commit"
cd "$ground" && rm -rf "$ground/large"

note "building $incidents incidents"
campaign "$ground/many" < <(site 20)
trouble "$incidents" | git fast-import --quiet
git reset -q --hard
git repack -adq
cp -a "$ground/many" "$ground/loose"
for kind in packed loose; do
    cd "$ground/many"
    if [ "$kind" = loose ]; then
        cd "$ground/loose"
        mkdir "$ground/packs"
        mv .git/objects/pack/* "$ground/packs/"
        for pack in "$ground"/packs/*.pack; do git unpack-objects -q <"$pack"; done
        git update-index -q --refresh
    fi
    lines=$(measure "$((rounds / 3 + 1))" "" "$program run-cycle weekly")
    read -r cpu wall peak <<<"$lines"
    verdict "run-cycle, $incidents incidents $kind, cpu" "$cpu" - ms 100
    row "run-cycle, $incidents incidents $kind, wall" "$wall ms" - - - ""
    row "run-cycle, $incidents incidents $kind, peak" "$peak MB" - - - ""
done
cd "$ground" && rm -rf "$ground/many" "$ground/loose"

note "building a push of $pushed commits"
campaign "$ground/pushed" < <(site 20)
git branch base
history "$pushed" 5 | git fast-import --quiet
git repack -adq
echo "refs/heads/main $(git rev-parse main) refs/heads/main $(git rev-parse base)" >"$ground/push"
compare "pre-push, $pushed commits : git log --raw" 1 "$((rounds / 3 + 1))" \
    "" "sh -c 'exec $program hook pre-push -- origin $ground/nowhere <$ground/push'" \
    "" "git log --raw --format=%B base..main -- .ohmymkt"
verdict "pre-push, $pushed commits, peak memory" "$peak" - MB 32
cd "$ground" && rm -rf "$ground/pushed"

note "building a history of $commits commits"
campaign "$ground/long" < <(site 20)
history "$commits" 25 | git fast-import --quiet
git repack -adq
compare "verify --all, $commits commits : git log -p -m" 0.8 2 "rm -f .git/ohmymkt/judged" "$program verify --all" \
    "" "git log -p -m --full-history -- .ohmymkt"
mkt verify --all
lines=$(measure "$rounds" "" "$program verify --all")
read -r cpu wall _ <<<"$lines"
verdict "verify --all again, wall" "$wall" - ms 20
compare "log, $commits commits : git log --full-history" 1 "$((rounds / 3 + 1))" "" "$program log" \
    "" "git log --full-history --format=%B -- .ohmymkt"
lines=$(BENCH_UNTIL_LINE=1 measure "$rounds" "" "$program log")
read -r _ wall _ <<<"$lines"
verdict "log, until its first line, wall" "$wall" - ms 50
exit "$missed"
