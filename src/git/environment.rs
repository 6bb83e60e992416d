//! The environment as git sees it, captured once when the repository is opened.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;
use std::process::Command;

/// `git merge` sets a variable for each commit that it merges, named by its id.
const MERGED: &str = "GITHEAD_";

/// How the user wants pathspecs read (`git --literal-pathspecs` and its like): ours are
/// written for git's default, and some of these cannot be combined with others.
pub(super) const PATHSPECS: [&str; 4] =
    ["GIT_LITERAL_PATHSPECS", "GIT_GLOB_PATHSPECS", "GIT_NOGLOB_PATHSPECS", "GIT_ICASE_PATHSPECS"];

/// The variables that matter to git, and whether the process's own are used at all.
#[derive(Debug, Clone, Default)]
pub(super) struct Environment {
    variables: BTreeMap<String, String>,
    /// The values that are not UTF-8, as they are.
    odd: BTreeMap<String, Vec<u8>>,
    /// True for repositories opened with `open_at`: global and system
    /// configuration and the process's environment are then ignored.
    isolated: bool,
    overrides: Vec<(String, Option<String>)>,
}

impl Environment {
    /// Captures `GIT_*`, `EMAIL` and what else git reads from this process.
    pub(super) fn capture() -> Environment {
        let mut odd = BTreeMap::new();
        let variables = std::env::vars_os().filter_map(|(name, value)| {
            let name = name.into_string().ok()?;
            let wanted = name.starts_with("GIT_") || name.starts_with(MERGED) || name == "EMAIL" || name == "HOME";
            if wanted && value.to_str().is_none() {
                odd.insert(name.clone(), value.as_bytes().to_vec());
            }
            wanted.then(|| (name, value.to_string_lossy().into_owned()))
        });
        let variables = variables.collect();
        Environment { odd, ..Environment::of(variables, false) }
    }

    /// Uses only the variables given.
    pub(super) fn isolated(variables: &[(&str, &str)]) -> Environment {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Environment::of(variables.iter().map(owned).collect(), true)
    }

    fn of(variables: BTreeMap<String, String>, isolated: bool) -> Environment {
        let mut environment = Environment { variables, isolated, ..Environment::default() };
        environment.overrides = environment.read_overrides();
        environment
    }

    pub(super) fn is_isolated(&self) -> bool {
        self.isolated
    }

    /// The ids of the commits that a running `git merge` merges.
    pub(super) fn merged(&self) -> impl Iterator<Item = &str> {
        self.variables.keys().filter_map(|name| name.strip_prefix(MERGED))
    }

    pub(super) fn variable(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str)
    }

    /// A variable's bytes, whatever they are.
    pub(super) fn bytes(&self, name: &str) -> Option<&[u8]> {
        self.odd.get(name).map(Vec::as_slice).or_else(|| self.variable(name).map(str::as_bytes))
    }

    /// The last value that `git -c` or `GIT_CONFIG_COUNT` gives a key, which
    /// libgit2 does not read. The inner `None` is a key without a value.
    pub(super) fn config_override(&self, key: &str) -> Option<Option<&str>> {
        let key = canonical_key(key);
        self.overrides.iter().rev().find(|(name, _)| *name == key).map(|(_, value)| value.as_deref())
    }

    /// The keys and values that `git -c` or `GIT_CONFIG_COUNT` give, in their order.
    pub(super) fn config_overrides(&self) -> impl DoubleEndedIterator<Item = (&str, Option<&str>)> {
        self.overrides.iter().map(|(key, value)| (key.as_str(), value.as_deref()))
    }

    /// Prepares the git program as the user would start it.
    pub(super) fn users_git(&self, git_dir: &Path, workdir: Option<&Path>) -> Command {
        let mut command = Command::new("git");
        if self.isolated {
            self.isolate(&mut command);
            command.env("GIT_DIR", git_dir);
            if let Some(workdir) = workdir {
                command.env("GIT_WORK_TREE", workdir).current_dir(workdir);
            }
        }
        command
    }

    fn isolate(&self, command: &mut Command) {
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("GIT_") {
                command.env_remove(name);
            }
        }
        command.envs(&self.variables);
        command.env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", "/dev/null");
    }

    /// Prepares the git program with predictable output on this repository.
    pub(super) fn git_command(&self, git_dir: &Path, workdir: Option<&Path>) -> Command {
        let mut command = Command::new("git");
        if self.isolated {
            self.isolate(&mut command);
        }
        for noise in ["GIT_PAGER", "GIT_EXTERNAL_DIFF", "GIT_TRACE", "LANGUAGE"].into_iter().chain(PATHSPECS) {
            command.env_remove(noise);
        }
        command.env("LC_ALL", "C").env("GIT_OPTIONAL_LOCKS", "0").env("GIT_TERMINAL_PROMPT", "0");
        command.env("GIT_DIR", git_dir);
        if let Some(workdir) = workdir {
            command.env("GIT_WORK_TREE", workdir).current_dir(workdir);
        }
        command
    }

    fn read_overrides(&self) -> Vec<(String, Option<String>)> {
        let count = self.variable("GIT_CONFIG_COUNT").and_then(|n| n.parse::<usize>().ok());
        let counted = (0..count.unwrap_or(0).min(10_000)).filter_map(|n| {
            let key = self.variable(&format!("GIT_CONFIG_KEY_{n}"))?;
            let value = self.variable(&format!("GIT_CONFIG_VALUE_{n}"))?;
            Some((canonical_key(key), Some(value.to_owned())))
        });
        let quoted = self.variable("GIT_CONFIG_PARAMETERS").map(parse_parameters);
        counted.chain(quoted.unwrap_or_default()).collect()
    }
}

/// What `HOME` says, unless it is empty.
pub(super) fn home() -> Option<OsString> {
    std::env::var_os("HOME").filter(|home| !home.is_empty())
}

/// Lower-cases section and name, and keeps the subsection as it is.
pub(super) fn canonical_key(key: &str) -> String {
    match (key.find('.'), key.rfind('.')) {
        (Some(first), Some(last)) => {
            format!("{}{}{}", key[..first].to_ascii_lowercase(), &key[first..last], key[last..].to_ascii_lowercase())
        }
        _ => key.to_ascii_lowercase(),
    }
}

/// Reads `'key=value'` and `'key'='value'` items, the two forms of `git -c`.
fn parse_parameters(text: &str) -> Vec<(String, Option<String>)> {
    let mut items = Vec::new();
    let mut rest = text.trim_start();
    while let Some((first, after)) = unquote(rest) {
        let item = match after.strip_prefix('=') {
            Some(value) => match unquote(value) {
                Some((value, after)) => {
                    rest = after;
                    (first, Some(value))
                }
                None => {
                    rest = value;
                    (first, None)
                }
            },
            None => {
                rest = after;
                match first.split_once('=') {
                    Some((key, value)) => (key.to_owned(), Some(value.to_owned())),
                    None => (first, None),
                }
            }
        };
        items.push((canonical_key(&item.0), item.1));
        rest = rest.trim_start();
    }
    items
}

/// Takes one single-quoted shell word as git writes it (`'\''` and `'\!'` inside).
fn unquote(text: &str) -> Option<(String, &str)> {
    let mut rest = text.strip_prefix('\'')?;
    let mut word = String::new();
    loop {
        let end = rest.find('\'')?;
        word.push_str(&rest[..end]);
        rest = &rest[end + 1..];
        let escaped = rest.strip_prefix('\\').and_then(|r| r.chars().next());
        match escaped {
            Some(c @ ('\'' | '!')) if rest[2..].starts_with('\'') => {
                word.push(c);
                rest = &rest[3..];
            }
            _ => return Some((word, rest)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_of_git_c_are_read() {
        let read = parse_parameters(r"'User.Name=A '\''B'\''' 'branch.Main.x'='y=z' 'core.bare'=");
        assert_eq!(read[0], ("user.name".into(), Some("A 'B'".into())));
        assert_eq!(read[1], ("branch.Main.x".into(), Some("y=z".into())));
        assert_eq!(read[2], ("core.bare".into(), None));
    }
}
