//! How the hooks come into a repository, stay there, and go again.

mod configured;
mod files;
mod glance;
mod gone;
mod init;
mod places;
mod status;
mod tools;
mod untouched;

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

use crate::sandbox::{OHMYMKT, Outcome, Sandbox};

/// The hooks of somebody who works.
const AUTHOR: [&str; 4] = ["commit-msg", "pre-commit", "pre-merge-commit", "pre-push"];

/// What is in a directory of hooks: kind and mode, and the bytes or where a link leads.
fn hooks_in(directory: &Path) -> BTreeMap<String, (u32, Vec<u8>)> {
    let Ok(entries) = fs::read_dir(directory) else { return BTreeMap::new() };
    let entry = |entry: fs::DirEntry| {
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        let found = path.symlink_metadata().expect("an entry");
        let bytes = if found.is_symlink() {
            fs::read_link(&path).expect("a link").into_os_string().into_encoded_bytes()
        } else {
            fs::read(&path).unwrap_or_default()
        };
        (name, (found.permissions().mode(), bytes))
    };
    let all = entries.flatten().map(entry);
    all.filter(|(name, _)| !name.ends_with(".sample")).collect()
}

/// The names in a directory of hooks.
fn names_in(directory: &Path) -> Vec<String> {
    hooks_in(directory).into_keys().collect()
}

#[test]
fn git_can_ask_for_a_hook() {
    let sandbox = Sandbox::new();
    sandbox.mkt(&["hook", "pre-commit", "--hooks-dir", ".git/hooks", "--"]).ok();
    sandbox.mkt(&["hook", "pre-commit"]).ok();
}

impl Sandbox {
    /// The hooks directory of the repository.
    fn hooks(&self) -> PathBuf {
        self.path(".git/hooks")
    }

    /// Puts a hook of somebody else in place.
    #[track_caller]
    fn foreign(&self, event: &str, text: impl AsRef<[u8]>) -> &Self {
        self.script(&format!(".git/hooks/{event}"), text)
    }

    /// Writes a file that can be executed.
    #[track_caller]
    fn script(&self, path: &str, text: impl AsRef<[u8]>) -> &Self {
        self.write(path, text);
        fs::set_permissions(self.path(path), fs::Permissions::from_mode(0o755)).expect("a mode");
        self
    }

    /// Asserts that an installation is refused, and that not a byte changed.
    #[track_caller]
    fn refuses(&self, says: &str) -> Outcome {
        let outcome = self.unchanged_by(|sandbox| sandbox.mkt(&["hooks", "install"])).code(2);
        outcome.stderr_has("error: the hooks are not installed: ").stderr_has(says)
    }

    /// Installs the hooks through a program of its own that can be taken away.
    #[track_caller]
    fn installed_by_a_link(&self, options: &[&str]) -> PathBuf {
        let link = self.base().join("opt/git-mkt");
        fs::create_dir_all(link.parent().expect("a folder")).expect("a folder");
        let program = Path::new(OHMYMKT).with_file_name("git-mkt");
        symlink(program, &link).expect("a link");
        let program = link.display().to_string();
        self.call(&program, &[&["hooks", "install"], options].concat()).run().ok();
        link
    }

    /// A search path with git, a shell and little else, so that no program of ours is found.
    #[track_caller]
    fn bare_path(&self) -> String {
        let tools = self.base().join("tools");
        fs::create_dir_all(&tools).expect("a folder");
        for tool in ["git", "sh", "cat", "true", "false", "touch", "dirname", "basename"] {
            let found = self.sh(&format!("command -v {tool}")).ok().stdout;
            // What the shell has built in has no path.
            if found.starts_with('/') && tools.join(tool).symlink_metadata().is_err() {
                symlink(found.trim_end(), tools.join(tool)).expect("a link");
            }
        }
        tools.display().to_string()
    }

    /// Takes the program away: the link it was installed by, and where else it is looked for.
    #[track_caller]
    fn lose(&self, link: &Path) {
        fs::remove_file(link).expect("the link");
        for directory in [self.hooks(), self.path(".git/ohmymkt/hooks")] {
            for (name, (mode, bytes)) in hooks_in(&directory) {
                // This machine may have the program there.
                let text = String::from_utf8_lossy(&bytes).replace(" /opt/homebrew/bin /usr/local/bin;", ";");
                if mode & 0o170_000 != 0o120_000 && text.contains("# ohmymkt-hook:") {
                    fs::write(directory.join(name), text).expect("a hook");
                }
            }
        }
    }
}
