//! Each kind of bad input, in the files that are read.

use super::{BOARD, GATES, INCIDENT, PLAN, commit, is_found};
use crate::sandbox::Sandbox;

#[test]
fn a_hundred_thousand_nested_values() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        for path in [GATES, INCIDENT, BOARD] {
            let sandbox = Sandbox::new().initialised();
            sandbox.write(path, format!("\n{}1{}\n", open.repeat(100_000), close.repeat(100_000)));
            commit(&sandbox);
            let outcome = is_found(&sandbox, path, "nest");
            assert_eq!(outcome.json()["findings"][0]["line"], 2, "{outcome}");
        }
    }
    let sandbox = Sandbox::new().initialised();
    sandbox.write(GATES, "[".repeat(100_000));
    commit(&sandbox);
    is_found(&sandbox, GATES, "is not JSON");
    sandbox.mkt(&["check-gates"]).code(1).stderr_has(GATES);
}

#[test]
fn fifty_megabytes() {
    let large = format!("[\"{}\"]\n", "x".repeat(50_000_000));
    for path in [GATES, INCIDENT, PLAN] {
        let sandbox = Sandbox::new().initialised();
        sandbox.write(path, &large);
        commit(&sandbox);
        is_found(&sandbox, path, "is 50000005 bytes long, expected at most 8388608");
        sandbox.mkt(&["status"]).code(1).stderr_has("50000005 bytes").stderr_has(path);
    }
}

#[test]
fn a_blob_of_zeros_is_not_unpacked() {
    // A blob of zeros costs its sender a thousandth of what it would cost to read it. Git puts
    // what is larger than the threshold into a pack of its own.
    for (path, threshold, size) in
        [(GATES, "2g", 1_073_741_824), (INCIDENT, "2g", 400_000_000), (INCIDENT, "1m", 400_000_000)]
    {
        let sandbox = Sandbox::new().initialised();
        let store = format!("git -c core.compression=1 -c core.bigFileThreshold={threshold} hash-object -w --stdin");
        let blob = sandbox.sh(&format!("head -c {size} /dev/zero | {store}")).ok().stdout;
        let entry = format!("100644,{},{path}", blob.trim());
        sandbox.git(&["update-index", "--add", "--cacheinfo", &entry]).ok();
        let message = "Break\n\nMkt-Action: record\n";
        sandbox.git(&["-c", "core.hooksPath=/dev/null", "commit", "--quiet", "-m", message]).ok();
        let limited = sandbox.call("sh", &["-c", "ulimit -v 600000; exec ohmymkt verify HEAD~..HEAD"]);
        limited.run().code(2).stdout_has(&format!("is {size} bytes long, expected at most 8388608"));
    }
}

#[test]
fn duplicate_keys_by_the_hundred_thousand() {
    for path in [GATES, INCIDENT] {
        let sandbox = Sandbox::new().initialised();
        sandbox.write(path, format!("{{{}\"b\":1}}", "\"a\":1,\n".repeat(100_000)));
        commit(&sandbox);
        is_found(&sandbox, path, "duplicate key \"a\", expected each key once");
        is_found(&sandbox, path, "has 99949 more problems like these");
    }
}

#[test]
fn a_list_of_things_that_are_no_tasks() {
    let sandbox = Sandbox::new().initialised();
    sandbox.write(BOARD, format!("[{}1]", "1,\n".repeat(200_000)));
    commit(&sandbox);
    is_found(&sandbox, BOARD, "expected an object, found the number 1");
    is_found(&sandbox, BOARD, "more problems like these");
}

#[test]
fn links_submodules_and_names_that_are_no_text() {
    let sandbox = Sandbox::new().initialised();
    sandbox.remove(GATES).sh(&format!("ln -s /dev/zero {GATES}")).ok();
    commit(&sandbox);
    is_found(&sandbox, GATES, "is a symbolic link, expected a regular file");
    let sandbox = Sandbox::new().initialised();
    let entry = format!("160000,{},{INCIDENT}", sandbox.head());
    sandbox.git(&["update-index", "--add", "--cacheinfo", &entry]).ok();
    sandbox.git(&["-c", "core.hooksPath=/dev/null", "commit", "--quiet", "-m", "Break\n\nMkt-Action: record\n"]).ok();
    is_found(&sandbox, INCIDENT, "is a submodule, expected a regular file");
    let sandbox = Sandbox::new().initialised();
    sandbox.sh("printf '{}' > \"$(printf '.ohmymkt/incidents/\\377\\376.json')\"").ok();
    commit(&sandbox);
    is_found(&sandbox, ".ohmymkt/incidents/\u{fffd}\u{fffd}.json", "not named in UTF-8");
    let sandbox = Sandbox::new().initialised();
    sandbox.git(&["rm", "-r", "--quiet", ".ohmymkt"]).ok();
    sandbox.write(".ohmymkt", "a file\n");
    commit(&sandbox);
    let answer = sandbox.mkt(&["verify", "HEAD~..HEAD"]);
    assert!(answer.code != 101 && answer.code < 128, "{answer}");
}

#[test]
fn bytes_that_are_no_text() {
    for (path, bytes) in
        [(GATES, b"{\n  \"a\": \"\xff\"\n}".as_slice()), (PLAN, b"# Plan\n\xc3\n"), (INCIDENT, b"\0\0\0")]
    {
        let sandbox = Sandbox::new().initialised();
        sandbox.write(path, bytes);
        commit(&sandbox);
        is_found(&sandbox, path, "is not ");
    }
}

#[test]
fn folders_thousands_deep() {
    let sandbox = Sandbox::new().initialised();
    // Git makes such trees from what it is told, and no working tree can hold them.
    let script = "blob=$(printf '{}' | git hash-object -w --stdin)
        tree=$(printf '100644 blob %s\\tx.json\\n' $blob | git mktree)
        n=0; while [ $n -lt 600 ]; do tree=$(printf '040000 tree %s\\tincidents\\n' $tree | git mktree); n=$((n+1)); done
        root=$(printf '040000 tree %s\\t.ohmymkt\\n' $tree | git mktree)
        git update-ref HEAD $(git commit-tree -p HEAD -m Deep $root)";
    sandbox.sh(script).ok();
    for format in ["human", "github", "sarif"] {
        let outcome = sandbox.mkt(&["verify", "--format", format]);
        assert!(outcome.code < 4, "{outcome}");
    }
}

#[test]
fn a_bad_artifact_in_the_middle_of_a_mended_history_is_still_found() {
    let sandbox = Sandbox::new().initialised();
    let gates = sandbox.read(GATES);
    sandbox.write(GATES, "[".repeat(100_000));
    commit(&sandbox);
    let bad = sandbox.head();
    sandbox.write(GATES, gates);
    commit(&sandbox);
    for _ in 0..3 {
        sandbox.mkt(&["update-gates", "strategy_gate.approved=true"]).ok();
        sandbox.mkt(&["update-gates", "strategy_gate.approved=false"]).ok();
    }
    let answer = sandbox.mkt(&["verify", "--json"]).code(2).json();
    assert_eq!(answer["findings"][0]["commit"], bad.as_str());
}
