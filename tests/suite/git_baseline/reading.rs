//! Files, revisions and history as git tells them.

use ohmymkt::git::{At, FileKind, ObjectId, Refusal, Repo};

use super::sandbox::Sandbox;

#[test]
fn worktree_index_commit_and_tree_tell_the_same() {
    let sandbox = Sandbox::seeded();
    let repo = sandbox.repo();
    let head = repo.head().expect("a head");
    assert_eq!(head.reference.as_deref(), Some("refs/heads/main"));
    let commit = head.commit_id.expect("a commit");
    let tree = repo.subtree_id(&commit, ".ohmymkt").expect("a read").expect("a tree");
    assert_eq!(tree.to_string(), sandbox.git(&["rev-parse", "HEAD:.ohmymkt"]).trim());
    for at in [At::Worktree, At::Index, At::Commit(commit), At::Tree(tree)] {
        let files = repo.files(&at, ".ohmymkt").expect("files");
        let paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
        assert_eq!(paths, [".ohmymkt/a.json", ".ohmymkt/state/gates.json"], "{at:?}");
        assert!(files.iter().all(|file| file.kind == FileKind::Regular));
        assert_eq!(repo.read(&at, &files[1]).expect("bytes"), b"{\"gates\":1}\n", "{at:?}");
    }
    assert_eq!(repo.files(&At::Commit(commit), "").expect("files").len(), 7);
    assert_eq!(repo.files(&At::Index, "").expect("files").len(), 7);
    assert_eq!(repo.files(&At::Worktree, "").expect("files").len(), 7);
    assert_eq!(repo.files(&At::Commit(commit), "none").expect("files"), []);
    let blob = repo.path_blob(&commit, "src/one.txt").expect("a read").expect("a blob");
    assert_eq!(blob, repo.blob_id(b"src/one.txt\n"));
}

#[test]
fn revisions_are_resolved_and_shortened_as_in_git() {
    let sandbox = Sandbox::seeded();
    sandbox.git(&["tag", "-a", "v1", "-m", "v1"]);
    sandbox.git(&["commit", "-q", "--allow-empty", "-m", "unique words"]);
    let repo = sandbox.repo();
    for rev in ["HEAD", "HEAD~1", "main", "v1", "v1^{}", ":/unique", "HEAD@{0}", "@"] {
        let expected = sandbox.git(&["rev-list", "--no-walk", rev]);
        let id = repo.resolve_commit(rev).expect(rev);
        assert_eq!(id.to_string(), expected.trim(), "{rev}");
        let short = sandbox.git(&["rev-parse", "--short", expected.trim()]);
        assert_eq!(repo.abbreviate(&id), short.trim());
    }
    for rev in ["", "nothing", "HEAD:src", "-x", "HEAD..HEAD", "deadbeef"] {
        let error = repo.resolve_commit(rev).expect_err(rev);
        assert!(matches!(error.downcast_ref(), Some(Refusal::UnknownRevision(_))), "{rev}: {error:#}");
    }
    let names: Vec<String> = repo.branches_and_tags().expect("refs").into_iter().map(|r| r.0).collect();
    assert_eq!(names, ["refs/heads/main", "refs/tags/v1"]);
}

/// Branches, merges and a second root.
fn branched() -> Sandbox {
    let sandbox = Sandbox::seeded();
    for (branch, count) in [("one", 5), ("two", 3), ("three", 4)] {
        sandbox.git(&["switch", "-q", "-c", branch, "main"]);
        for n in 0..count {
            sandbox.git(&["commit", "-q", "--allow-empty", "-m", &format!("{branch} {n}")]);
        }
    }
    sandbox.git(&["switch", "-q", "main"]);
    sandbox.git(&["merge", "-q", "--no-ff", "-m", "merge", "one"]);
    sandbox.git(&["merge", "-q", "--no-ff", "-m", "octopus", "two", "three"]);
    sandbox.git(&["switch", "-q", "--orphan", "root"]);
    sandbox.git(&["commit", "-q", "--allow-empty", "-m", "second root"]);
    sandbox.git(&["switch", "-q", "main"]);
    sandbox.git(&["merge", "-q", "--allow-unrelated-histories", "-m", "join", "root"]);
    sandbox
}

#[test]
fn history_is_the_set_git_lists_with_parents_first() {
    let sandbox = branched();
    let repo = sandbox.repo();
    let ranges: [(&[&str], &[&str]); 5] = [
        (&["main"], &[]),
        (&["main"], &["one"]),
        (&["main"], &["two", "root"]),
        (&["two", "three"], &["one"]),
        (&["one"], &["main"]),
    ];
    for (include, exclude) in ranges {
        let ids =
            |names: &[&str]| -> Vec<_> { names.iter().map(|n| repo.resolve_commit(n).expect("a commit")).collect() };
        let walk = repo.history(&ids(include), &ids(exclude)).expect("a walk");
        assert_eq!((walk.incomplete.len(), walk.missing.len()), (0, 0));
        let mut seen: Vec<String> = Vec::new();
        for entry in &walk.entries {
            let inside = |id: &String| walk.entries.iter().any(|e| e.id.to_string() == *id);
            assert!(entry.parents.iter().map(ToString::to_string).all(|id| seen.contains(&id) || !inside(&id)));
            seen.push(entry.id.to_string());
        }
        let not: Vec<String> = exclude.iter().map(|n| format!("^{n}")).collect();
        let not: Vec<&str> = not.iter().map(String::as_str).collect();
        let text = sandbox.git(&[&["rev-list"], include, &not].concat());
        let mut expected: Vec<&str> = text.lines().collect();
        expected.sort_unstable();
        seen.sort_unstable();
        assert_eq!(seen, expected, "{include:?} {exclude:?}");
    }
}

#[test]
fn a_commit_is_parsed_from_its_bytes() {
    let sandbox = branched();
    let repo = sandbox.repo();
    let commit = repo.commit(&repo.resolve_commit("main~1").expect("a commit")).expect("parsed");
    assert_eq!(commit.parents.len(), 3);
    assert_eq!(commit.message, b"octopus\n");
    assert_eq!(commit.author.to_string(), "Ada <ada@example.org> 1700000000 +0000");
}

#[test]
fn what_cuts_history_is_said() {
    let sandbox = branched();
    let tip = sandbox.tip();
    let clone = tempfile::tempdir().expect("a directory");
    let url = format!("file://{}", sandbox.root().display());
    let into = clone.path().join("clone");
    sandbox.git(&["clone", "-q", "--depth", "2", &url, &into.display().to_string()]);
    let repo = Repo::open_at(&into).expect("a clone");
    let walk = repo.history(&[tip.parse().expect("an id")], &[]).expect("a walk");
    assert!(repo.is_shallow());
    assert!(!walk.missing.is_empty());
    assert!(walk.incomplete.iter().any(|reason| reason.contains("shallow")), "{:?}", walk.incomplete);
    sandbox.git(&["replace", "--graft", "HEAD"]);
    assert!(sandbox.repo().has_replacements());
}

#[test]
fn a_reftable_repository_is_read_and_written_through_git() {
    let sandbox = Sandbox::with(&["--ref-format=reftable"]);
    let repo = sandbox.repo();
    assert_eq!(repo.head().expect("a head").commit_id, None);
    sandbox.seed();
    let head = repo.head().expect("a head");
    assert_eq!(head.reference.as_deref(), Some("refs/heads/main"));
    assert_eq!(head.commit_id.expect("a commit").to_string(), sandbox.tip());
    let id = sandbox.commit(&[super::sandbox::put(".ohmymkt/a.json", "1\n")], "x").expect("a commit");
    assert_eq!(sandbox.tip(), id.to_string());
    assert_eq!(repo.branches_and_tags().expect("refs"), [("refs/heads/main".to_owned(), id)]);
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
}

#[test]
fn no_repository_is_a_refusal() {
    let dir = tempfile::tempdir().expect("a directory");
    let error = Repo::open_at(dir.path()).err().expect("no repository");
    assert!(matches!(error.downcast_ref(), Some(Refusal::NotARepository(_))), "{error:#}");
}

#[test]
fn a_partial_clone_fetches_what_is_missing_as_git_does() {
    let sandbox = Sandbox::seeded();
    sandbox.git(&["config", "uploadpack.allowFilter", "true"]);
    sandbox.git(&["config", "uploadpack.allowAnySHA1InWant", "true"]);
    let blob = sandbox.git(&["rev-parse", "HEAD:.ohmymkt/a.json"]);
    let clone = tempfile::tempdir().expect("a directory");
    let url = format!("file://{}", sandbox.root().display());
    let into = clone.path().join("clone");
    let path = into.display().to_string();
    sandbox.git(&["clone", "-q", "--no-checkout", "--filter=blob:none", &url, &path]);
    let repo = Repo::open_at(&into).expect("a clone");
    assert_eq!(repo.read_blob(&blob.trim().parse().expect("an id")).expect("a blob"), b"{}\n");
}

#[test]
fn a_missing_commit_makes_history_incomplete_and_nothing_fails() {
    let sandbox = branched();
    let id = sandbox.git(&["rev-parse", "one~2"]).trim().to_owned();
    let object = sandbox.root().join(".git/objects").join(&id[..2]).join(&id[2..]);
    std::fs::remove_file(object).expect("a loose object");
    let walk = sandbox.repo().history(&[sandbox.tip().parse().expect("an id")], &[]).expect("a walk");
    assert_eq!(walk.missing.iter().map(ToString::to_string).collect::<Vec<_>>(), [id]);
    assert_eq!(walk.incomplete.len(), 1);
    assert!(walk.entries.len() > 10);
}

#[test]
fn configuration_from_the_command_line_wins() {
    let sandbox = Sandbox::seeded();
    let variables = [
        ("GIT_CONFIG_COUNT", "1"),
        ("GIT_CONFIG_KEY_0", "User.Name"),
        ("GIT_CONFIG_VALUE_0", "Counted"),
        ("GIT_CONFIG_PARAMETERS", "'user.email'='c@x' 'commit.gpgsign'"),
    ];
    let repo = Repo::open_at_with(&sandbox.root(), &variables).expect("opens");
    let author = repo.author().expect("an author");
    assert_eq!((author.name.as_str(), author.email.as_str()), ("Counted", "c@x"));
    assert_eq!(repo.config_bool("commit.gpgSign"), Some(true));
    assert_eq!(repo.config_bool("core.bare"), Some(false));
}

/// A history of many branches and merges whose clocks went anyhow, on `main` and `other`.
fn tangled(seed: u64) -> Sandbox {
    let sandbox = Sandbox::empty();
    let mut state = seed;
    let mut below = |most: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % most
    };
    let mut stream = String::new();
    for mark in 1..=50 {
        let branch = if mark % 3 == 0 { "other" } else { "main" };
        let seconds = 1_600_000_000 + below(1_000_000);
        stream += &format!("commit refs/heads/{branch}\nmark :{mark}\ncommitter A <a@b> {seconds} +0000\ndata 0\n");
        // Now and then one without parents: a history of its own.
        if mark > 1 && below(12) > 0 {
            stream += &format!("from :{}\n", mark - 1 - below(mark.min(6) - 1).min(mark - 2));
            let other = 1 + below(mark - 1);
            stream += &if below(3) == 0 { format!("merge :{other}\n") } else { String::new() };
        }
        stream += "\n";
    }
    sandbox.git_with_input(&["fast-import", "--quiet", "--force"], stream.as_bytes());
    sandbox
}

/// Compares the answer for each two commits that are here with git's.
fn assert_ancestors(sandbox: &Sandbox) {
    let ids = |arguments: &[&str]| -> Vec<ObjectId> {
        sandbox.git(arguments).lines().map(|line| line.parse().expect("an id")).collect()
    };
    let (repo, all) = (sandbox.repo(), ids(&["rev-list", "--all"]));
    for of in &all {
        let reached = ids(&["rev-list", &of.to_string()]);
        for one in &all {
            assert_eq!(repo.is_ancestor(one, of).expect("a history"), reached.contains(one), "{one} of {of}");
        }
    }
}

#[test]
fn what_is_an_ancestor_does_not_depend_on_clocks() {
    for seed in 1..=6 {
        let sandbox = tangled(seed);
        assert_ancestors(&sandbox);
        let (first, last) = ("main~3", "main");
        let shallow = sandbox.root().join("shallow");
        let url = format!("file://{}", sandbox.root().display());
        sandbox.git(&[
            "clone",
            "-q",
            "--bare",
            "--no-single-branch",
            "--depth",
            "3",
            &url,
            &shallow.display().to_string(),
        ]);
        let repo = Repo::open_at_with(&shallow, &[]).expect("the clone opens");
        let [first, last] = [first, last].map(|rev| sandbox.repo().resolve_commit(rev).expect(rev));
        let is_here = repo.has_object(&first);
        assert!(is_here || !repo.is_ancestor(&first, &last).expect("a history"), "it was cut off");
    }
}
