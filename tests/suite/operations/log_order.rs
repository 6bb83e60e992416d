//! `log`: in which order, and how much it reads for that.

use std::collections::{HashMap, HashSet};

use super::*;

/// The commits that the log shows, each once.
#[track_caller]
fn shown(outcome: &Outcome) -> Vec<String> {
    let mut commits: Vec<_> = outcome.json_lines().iter().map(|event| text(&event["commit"])).collect();
    commits.dedup();
    commits
}

/// Children and their parents, as git knows them.
fn parents(sandbox: &Sandbox, range: &str) -> HashMap<String, Vec<String>> {
    let told = sandbox.git(&["rev-list", "--parents", range]).ok().lines();
    let words = told.iter().map(|line| line.split(' ').map(str::to_owned).collect::<Vec<_>>());
    words.map(|words| (words[0].clone(), words[1..].to_vec())).collect()
}

#[track_caller]
fn assert_by_ancestry(shown: &[String], parents: &HashMap<String, Vec<String>>) {
    let place: HashMap<_, _> = shown.iter().enumerate().map(|(at, commit)| (commit, at)).collect();
    assert_eq!(place.len(), shown.len(), "each once");
    for (child, its) in parents {
        for parent in its.iter().filter(|parent| parents.contains_key(*parent)) {
            assert!(place[child] < place[parent], "{child} comes after its parent {parent}: {shown:?}");
        }
    }
}

/// Numbers that look random and are the same in each run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % end
    }
}

/// Builds a history in which every commit claims something: branches, merges, several roots,
/// and clocks that say anything. The branch `shape` ends with all of it merged.
fn shape(sandbox: &Sandbox, seed: u64, commits: usize) {
    let tree = sandbox.git(&["rev-parse", "HEAD^{tree}"]).ok().stdout;
    let mut numbers = Numbers(seed);
    let mut stream = String::new();
    let mut tips: Vec<usize> = Vec::new();
    for mark in 1..=commits {
        let reach = mark.min(6);
        let mut its: Vec<usize> = (0..numbers.below(3)).map(|_| mark - 1 - numbers.below(reach)).collect();
        its.retain(|parent| *parent > 0);
        its.dedup();
        if mark == commits {
            its.clone_from(&tips);
        } else if its.is_empty() && mark > 1 && numbers.below(3) > 0 {
            its.push(mark - 1);
        }
        tips.retain(|tip| !its.contains(tip));
        tips.push(mark);
        let seconds = 1_767_600_000 + numbers.below(1_000_000);
        let message = format!("mkt(record): number {mark}\n\nMkt-Action: record\n");
        stream +=
            &format!("commit refs/heads/shape-{mark}\nmark :{mark}\ncommitter A <a@example.org> {seconds} +0000\n");
        stream += &format!("data {}\n{message}", message.len());
        for (nth, parent) in its.iter().enumerate() {
            stream += &format!("{} :{parent}\n", if nth == 0 { "from" } else { "merge" });
        }
        stream += &format!("M 040000 {} \"\"\n\n", tree.trim());
    }
    stream += &format!("reset refs/heads/shape\nfrom :{commits}\n\n");
    sandbox.call("git", &["fast-import", "--quiet", "--force"]).input(stream).run().ok();
}

#[test]
fn no_parent_comes_before_its_child_however_wrong_the_clocks_were() {
    let sandbox = Sandbox::new().initialised();
    for seed in 1..=12 {
        shape(&sandbox, seed, 40);
        let parents = parents(&sandbox, "shape");
        let all = shown(&sandbox.mkt(&["log", "shape", "--json"]).ok());
        assert_eq!(all.iter().collect::<HashSet<_>>(), parents.keys().collect(), "seed {seed}");
        assert_by_ancestry(&all, &parents);
        let first = shown(&sandbox.mkt(&["log", "shape", "--json", "-n", "9"]).ok());
        assert_eq!(first, all[..first.len()], "fewer are the beginning of all");
    }
}

#[test]
fn a_range_is_shown_by_ancestry_too() {
    let sandbox = Sandbox::new().initialised();
    for seed in 20..=24 {
        shape(&sandbox, seed, 12);
        for mark in [2, 5, 9] {
            let range = format!("shape-{mark}..shape");
            let parents = parents(&sandbox, &range);
            let shown = shown(&sandbox.mkt(&["log", &range, "--json"]).ok());
            assert_eq!(shown.iter().collect::<HashSet<_>>(), parents.keys().collect(), "seed {seed}, {range}");
            assert_by_ancestry(&shown, &parents);
        }
    }
}

#[test]
fn side_by_side_the_newest_comes_first() {
    let sandbox = Sandbox::new().started();
    sandbox.git(&["switch", "--quiet", "--create", "side"]).ok();
    let first = incident_of(&sandbox, "P2", "content_system");
    sandbox.git(&["switch", "--quiet", "main"]).ok();
    let second = incident_of(&sandbox, "P2", "content_system");
    sandbox.git(&["switch", "--quiet", "side"]).ok();
    let third = incident_of(&sandbox, "P2", "content_system");
    sandbox.git(&["switch", "--quiet", "main"]).ok();
    sandbox.git(&["merge", "--quiet", "--no-ff", "--message", "Join", "side"]).ok();
    let lines = sandbox.mkt(&["log", "--json", "--action", "incident"]).ok().json_lines();
    let order: Vec<_> = lines.iter().map(|event| texts(&event["changes"]).concat()).collect();
    for (change, id) in order.iter().zip([&third, &second, &first]) {
        assert!(change.contains(id.as_str()), "{order:?}");
    }
    assert_eq!(order.len(), 3);
}

/// A history whose first commit cannot be read.
fn broken() -> Sandbox {
    let sandbox = Sandbox::new().started();
    let oldest = sandbox.git(&["rev-list", "--max-parents=0", "HEAD"]).ok().stdout;
    let (folder, file) = oldest.trim().split_at(2);
    let path = format!(".git/objects/{folder}/{file}");
    sandbox.remove(&path).write(&path, "no object");
    sandbox
}

#[test]
fn what_nobody_asked_for_is_not_read() {
    let sandbox = broken();
    for options in [&["-n", "1"][..], &["-n", "2", "--json"], &["HEAD~3..HEAD", "-n", "3"], &["-n", "0"]] {
        sandbox.mkt(&[&["log"], options].concat()).ok();
    }
}

#[test]
fn what_is_known_is_shown_before_the_rest_is_read() {
    let sandbox = broken();
    let outcome = sandbox.mkt(&["log"]).code(1).stdout_has("start-campaign").stderr_has("error: ");
    assert!(outcome.stdout.lines().count() >= 3, "{outcome}");
    let lines = sandbox.mkt(&["log", "--json"]).code(1).json_lines();
    let (end, events) = lines.split_last().expect("there are lines");
    assert_eq!((&end["status"], &end["command"]), (&"error".into(), &"log".into()));
    assert!(events.len() >= 3 && events.iter().all(|event| event["commit"].is_string()), "{events:?}");
}

#[test]
fn a_failure_before_the_first_line_is_a_document() {
    let sandbox = Sandbox::new().started();
    let failure = sandbox.mkt(&["log", "nope", "--json"]).code(1).json();
    assert_eq!(failure["error"]["code"], "unknown-revision");
}
