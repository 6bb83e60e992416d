//! Dates as git reads them in `GIT_AUTHOR_DATE` and `GIT_COMMITTER_DATE`.
#![expect(clippy::disallowed_methods, reason = "the clock is git's: now, where git is told nothing else")]

use anyhow::{Context as _, Result, bail};
use chrono::{DateTime, Local, Offset as _};

use super::repo::Repo;

/// A moment: seconds since 1970 and minutes east of Greenwich.
pub(super) type Moment = (i64, i32);

/// The moment it is now, in the local time zone.
pub(super) fn now() -> Moment {
    let now = Local::now();
    (now.timestamp(), now.offset().fix().local_minus_utc() / 60)
}

/// Reads the plain forms without asking git: raw, and ISO 8601 with a zone.
/// `None` is no error: git knows more forms than these.
pub(super) fn parse_plain(text: &str) -> Option<Moment> {
    if let Some((seconds, zone)) = text.strip_prefix('@').unwrap_or(text).split_once(' ')
        && seconds.bytes().all(|b| b.is_ascii_digit())
        && (9..=10).contains(&seconds.len())
    {
        return Some((seconds.parse().ok()?, parse_zone(zone)?));
    }
    let bytes = text.as_bytes();
    let looks_iso = bytes.len() >= 20 && bytes[4] == b'-' && bytes[7] == b'-' && bytes[13] == b':';
    if !looks_iso
        || !text.is_ascii()
        || bytes[19] == b'.'
        || &bytes[17..19] == b"60"
        || !(text.starts_with("20") || text.starts_with("19"))
    {
        return None;
    }
    let zone = match text[19..].trim_start() {
        "Z" => "+0000".to_owned(),
        zone if zone.len() == 6 && zone.as_bytes()[3] == b':' => {
            format!("{}{}", &zone[..3], &zone[4..])
        }
        zone => zone.to_owned(),
    };
    let minutes = parse_zone(&zone)?;
    let text = format!("{}T{}{zone}", &text[..10], &text[11..19]);
    let date = DateTime::parse_from_str(&text, "%Y-%m-%dT%H:%M:%S%z").ok()?;
    // Before 1970 git refuses, in its own words.
    (date.timestamp() >= 0).then_some((date.timestamp(), minutes))
}

fn parse_zone(zone: &str) -> Option<i32> {
    let (sign, digits) = match zone.as_bytes().first()? {
        b'+' => (1, &zone[1..]),
        b'-' => (-1, &zone[1..]),
        _ => return None,
    };
    if digits.len() != 4 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let number: i32 = digits.parse().ok()?;
    let (hours, minutes) = (number / 100, number % 100);
    (hours < 15 && minutes < 60).then_some(sign * (hours * 60 + minutes))
}

impl Repo {
    /// The moment in a date variable, or now when it is unset or empty.
    ///
    /// # Errors
    /// A date that git would reject.
    pub(super) fn moment(&self, variable: &str) -> Result<Moment> {
        match self.environment.variable(variable).filter(|text| !text.is_empty()) {
            None => Ok(now()),
            Some(text) => match parse_plain(text) {
                Some(moment) => Ok(moment),
                None => self.moment_by_git(variable, text),
            },
        }
    }

    /// Lets git itself read one of the many forms it knows.
    fn moment_by_git(&self, variable: &str, text: &str) -> Result<Moment> {
        let mut git = self.git();
        git.args(["var", "GIT_COMMITTER_IDENT"]).env("GIT_COMMITTER_DATE", text);
        git.env("GIT_COMMITTER_NAME", "name").env("GIT_COMMITTER_EMAIL", "email");
        let output = git.output().context("run git var")?;
        if !output.status.success() {
            bail!("the date in {variable} is invalid: {}", text.escape_debug());
        }
        let line = String::from_utf8_lossy(&output.stdout);
        let identity = super::identity::Identity::parse(line.trim_end().as_bytes());
        Ok((identity.seconds, identity.offset_minutes))
    }

    /// The program's clock in seconds: `GIT_COMMITTER_DATE` when set, else now
    /// (contract, section 6). Needs no identity.
    ///
    /// # Errors
    /// A date that git would reject.
    pub fn committer_time(&self) -> Result<i64> {
        Ok(self.moment("GIT_COMMITTER_DATE")?.0)
    }
}

#[cfg(test)]
mod tests {
    use super::parse_plain;

    #[test]
    fn plain_forms_are_read_and_others_left_to_git() {
        assert_eq!(parse_plain("@1112911993 -0700"), Some((1_112_911_993, -420)));
        assert_eq!(parse_plain("1112911993 +0530"), Some((1_112_911_993, 330)));
        assert_eq!(parse_plain("2005-04-07T22:13:13Z"), Some((1_112_911_993, 0)));
        assert_eq!(parse_plain("2005-04-08 00:13:13 +02:00"), Some((1_112_911_993, 120)));
        assert_eq!(parse_plain("2005-04-07T22:13:13"), None);
        assert_eq!(parse_plain("yesterday"), None);
        assert_eq!(parse_plain("2005-02-30T22:13:13Z"), None);
    }
}
