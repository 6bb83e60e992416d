//! Who writes: author and committer as `git commit` would find them.

use std::fmt;

use anyhow::{Context as _, Result, bail};

use super::encoding::Written;
use super::refusal::Refusal;
use super::repo::Repo;

/// A person and a moment, as in a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The name, without what git would strip.
    pub name: String,
    /// The address, without the angle brackets.
    pub email: String,
    /// Seconds since 1970-01-01T00:00:00Z.
    pub seconds: i64,
    /// Minutes east of Greenwich.
    pub offset_minutes: i32,
}

/// Which of the two persons of a commit.
#[derive(Clone, Copy)]
enum Role {
    Author,
    Committer,
}

impl Role {
    fn variable(self, what: &str) -> String {
        let role = match self {
            Role::Author => "AUTHOR",
            Role::Committer => "COMMITTER",
        };
        format!("GIT_{role}_{what}")
    }

    fn key(self, what: &str) -> String {
        match self {
            Role::Author => format!("author.{what}"),
            Role::Committer => format!("committer.{what}"),
        }
    }
}

impl fmt::Display for Identity {
    /// As in a commit's header: `Name <email> seconds +hhmm`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} <{}> {}", self.name, self.email, self.moment())
    }
}

impl Identity {
    /// The moment as in a commit's header: `seconds +hhmm`.
    pub(super) fn moment(&self) -> String {
        let sign = if self.offset_minutes < 0 { '-' } else { '+' };
        let minutes = self.offset_minutes.abs();
        format!("{} {sign}{:02}{:02}", self.seconds, minutes / 60, minutes % 60)
    }

    /// The author as `git commit` tells the programs that it runs.
    pub(super) fn variables(&self) -> [(&'static str, String); 3] {
        let date = format!("@{}", self.moment());
        [("GIT_AUTHOR_NAME", self.name.clone()), ("GIT_AUTHOR_EMAIL", self.email.clone()), ("GIT_AUTHOR_DATE", date)]
    }

    /// Reads a header's `Name <email> seconds +hhmm`; what is missing reads as empty or 0.
    pub(super) fn parse(bytes: &[u8]) -> Identity {
        let text = String::from_utf8_lossy(bytes);
        let (person, when) = text.rsplit_once('>').unwrap_or((&text, ""));
        let (name, email) = person.split_once('<').unwrap_or((person, ""));
        let mut words = when.split_whitespace();
        let seconds = words.next().and_then(|word| word.parse().ok()).unwrap_or(0);
        let zone: i32 = words.next().and_then(|word| word.parse().ok()).unwrap_or(0);
        Identity {
            name: name.trim().to_owned(),
            email: email.to_owned(),
            seconds,
            offset_minutes: zone / 100 * 60 + zone % 100,
        }
    }
}

impl Repo {
    /// The author git would record now: `GIT_AUTHOR_*`, `author.*`, `user.*`, `EMAIL`
    /// (contract, section 7).
    ///
    /// # Errors
    /// `Refusal::NoIdentity`, or a date git would reject.
    pub fn author(&self) -> Result<Identity> {
        self.person(Role::Author)
    }

    /// The committer git would record now: `GIT_COMMITTER_*`, `committer.*`, `user.*`, `EMAIL`.
    ///
    /// # Errors
    /// `Refusal::NoIdentity`, or a date git would reject.
    pub fn committer(&self) -> Result<Identity> {
        self.person(Role::Committer)
    }

    fn person(&self, role: Role) -> Result<Identity> {
        let (seconds, offset_minutes) = self.moment(&role.variable("DATE"))?;
        let name = self.part(role, "NAME", None);
        let email = self.part(role, "EMAIL", Some("EMAIL"));
        let (Some(name), Some(email)) = (name, email) else {
            return self.person_by_git(role, (seconds, offset_minutes));
        };
        let refuse = |why: String| anyhow::Error::new(Refusal::NoIdentity(why));
        if name.is_empty() {
            return Err(refuse(format!("empty name (for <{email}>) not allowed")));
        }
        let (stripped, email) = (without_crud(&name), without_crud(&email));
        if stripped.is_empty() {
            let shown = name.escape_debug();
            return Err(refuse(format!("name consists only of disallowed characters: {shown}")));
        }
        if [&stripped, &email].iter().any(|part| part.contains(char::REPLACEMENT_CHARACTER)) {
            return Err(refuse("the name or address is not in UTF-8, nor in i18n.commitEncoding".to_owned()));
        }
        Ok(Identity { name: stripped, email, seconds, offset_minutes })
    }

    /// A name or address that was stated somewhere; empty values of the configuration
    /// count as unset, empty variables do not.
    fn part(&self, role: Role, what: &str, last: Option<&str>) -> Option<String> {
        let variable = |name: &str| self.environment.bytes(name).map(|bytes| self.stated(bytes));
        let setting = |key: &str| match self.environment.config_override(key) {
            Some(value) => value.map(str::to_owned),
            None => self.config.bytes(key).map(|bytes| self.stated(bytes)),
        };
        let lower = what.to_ascii_lowercase();
        // Where only the configuration counts, git knows what that still allows.
        let last = last.filter(|_| self.config_bool("user.useconfigonly") != Some(true));
        variable(&role.variable(what))
            .or_else(|| setting(&role.key(&lower)).filter(|v| !v.is_empty()))
            .or_else(|| setting(&format!("user.{lower}")).filter(|v| !v.is_empty()))
            .or_else(|| last.and_then(variable).filter(|v| !v.is_empty()))
    }

    /// A name as somebody typed it: in UTF-8, or in the encoding that their commits have.
    fn stated(&self, bytes: &[u8]) -> String {
        if let Ok(text) = std::str::from_utf8(bytes) {
            return text.to_owned();
        }
        match Written::named(&self.config("i18n.commitencoding").unwrap_or_default()) {
            Written::In(charset) => charset.decode(bytes),
            Written::Utf8 | Written::Unknown => String::from_utf8_lossy(bytes).into_owned(),
        }
    }

    /// Nothing was stated: only git knows whether it would guess from the system.
    fn person_by_git(&self, role: Role, moment: (i64, i32)) -> Result<Identity> {
        let output = self.git().args(["var", &role.variable("IDENT")]).output().context("run git var")?;
        if output.status.success() {
            let identity = Identity::parse(output.stdout.trim_ascii_end());
            let (seconds, offset_minutes) = moment;
            return Ok(Identity { seconds, offset_minutes, ..identity });
        }
        let words = String::from_utf8_lossy(&output.stderr);
        let fatal = words.lines().rev().find_map(|line| line.strip_prefix("fatal: "));
        match fatal {
            Some(why) => bail!(Refusal::NoIdentity(why.to_owned())),
            None => bail!(Refusal::NoIdentity("set user.name and user.email".to_owned())),
        }
    }
}

/// Strips what git strips: control characters and punctuation at the ends, line
/// feeds and angle brackets anywhere.
fn without_crud(text: &str) -> String {
    let crud = |c: char| c <= ' ' || matches!(c, ',' | ':' | ';' | '<' | '>' | '"' | '\\' | '\'');
    text.trim_matches(crud).chars().filter(|c| !matches!(c, '\n' | '<' | '>')).collect()
}
