//! What inputs begin with: the fixtures and templates of the project, and what git writes.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// The files below a folder, sorted: the path from it, and the bytes.
pub fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder_now) = open.pop() {
        let Ok(entries) = std::fs::read_dir(&folder_now) else { continue };
        for entry in entries.flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let inside = path.strip_prefix(folder).expect("it is below the folder");
            found.push((inside.to_string_lossy().into_owned(), std::fs::read(&path).expect("a file")));
        }
    }
    found.sort();
    found
}

/// What once went wrong in a target, by names that say what it shows.
pub fn regressions(target: &str) -> Vec<(String, Vec<u8>)> {
    files(&here("tests/fuzz/regressions").join(target))
}

/// A path of this repository; the guided targets are a package of their own in it.
fn here(path: &str) -> PathBuf {
    let package = env!("CARGO_MANIFEST_DIR");
    Path::new(package.strip_suffix("/tests/fuzz/guided").unwrap_or(package)).join(path)
}

/// The artifacts of all fixtures and of a campaign, each once: path below the root, and bytes.
pub fn artifacts() -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for (path, bytes) in files(&here("tests/fixtures/rules")) {
        if let Some(at) = path.find(".ohmymkt/") {
            found.push((path[at..].to_owned(), bytes));
        }
    }
    for (name, path) in [
        ("gates.template.json", ".ohmymkt/state/gates.json"),
        ("metrics.template.json", ".ohmymkt/state/metrics.json"),
        ("modules.template.json", ".ohmymkt/state/modules.json"),
        ("policy.template.json", ".ohmymkt/policy.json"),
        ("task-pool-40.json", ".ohmymkt/templates/task-pool-40.json"),
    ] {
        found.extend(std::fs::read(here("templates").join(name)).ok().map(|bytes| (path.to_owned(), bytes)));
    }
    found.sort();
    found.dedup();
    found
}

/// The artifacts of the campaign that all fixtures begin from.
pub fn campaign() -> Vec<(String, Vec<u8>)> {
    files(&here("tests/fixtures/rules/base"))
}

/// Messages of commits, drafts with comments and scissors among them.
pub fn messages() -> Vec<Vec<u8>> {
    let plain = "mkt(run-cycle): weekly rollback\n\nIn plain words.\n\nMkt-Action: run-cycle\nMkt-Gates: 5/5\n";
    let texts = [
        plain.to_owned(),
        format!("{plain}Signed-off-by: A <a@example.org>\n"),
        format!("{plain} folded\n  twice\n\n# Please enter\n# the message\n"),
        format!("{plain}# ------------------------ >8 ------------------------\ndiff --git a/a b/a\nMkt-Action: x\n"),
        "one line".to_owned(),
        "a\n\nb: c\nno trailer\n(cherry picked from commit 1234)\nConflicts:\n\tpath\n".to_owned(),
        "\n\nMkt-Action: a\r\nMkt-Plan:\r\n\r\n".to_owned(),
    ];
    texts.map(String::into_bytes).to_vec()
}

/// A repository that git made, with artifacts in its index.
pub struct Repository(TempDir);

impl Repository {
    /// One file in each of a few folders, one commit.
    pub fn new() -> Self {
        let repository = Self(tempfile::tempdir().expect("a temporary folder"));
        repository.git(&["init", "--quiet", "-b", "main"]);
        for path in [".ohmymkt/state/gates.json", ".ohmymkt/policy.json", "index.html", "z/last file", ".a"] {
            let path = repository.0.path().join(path);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("the folders");
            std::fs::write(path, "{}\n").expect("a file");
        }
        repository.git(&["add", "."]);
        repository.git(&["commit", "--quiet", "-m", "One\n\nMkt-Action: init\n"]);
        repository
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// What git answers.
    pub fn git(&self, arguments: &[&str]) -> Vec<u8> {
        let mut git = Command::new("git");
        git.args(arguments).current_dir(self.0.path()).env_clear();
        git.env("PATH", std::env::var_os("PATH").expect("a search path")).env("HOME", self.0.path());
        git.envs([("GIT_CONFIG_NOSYSTEM", "1"), ("GIT_CONFIG_GLOBAL", "/dev/null")]);
        for role in ["AUTHOR", "COMMITTER"] {
            git.env(format!("GIT_{role}_NAME"), "Ada").env(format!("GIT_{role}_EMAIL"), "ada@example.org");
            git.env(format!("GIT_{role}_DATE"), "2026-01-05T09:00:00Z");
        }
        let output = git.output().expect("git runs");
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    }

    /// A file of the git directory.
    pub fn file(&self, path: &str) -> Vec<u8> {
        std::fs::read(self.0.path().join(".git").join(path)).expect("a file of git's")
    }
}
