//! Points in time and calendar days (contract, section 3: RFC 3339, UTC, `Z`).

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, NaiveDate, NaiveDateTime, SecondsFormat, TimeDelta, Utc};
use serde::{Serialize, Serializer};

use super::codec::{FromNode, Node, Problems};

/// A point in time, UTC. Written as RFC 3339 with `Z`, with a fraction only when there is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(DateTime<Utc>);

impl Timestamp {
    /// The point in time so many seconds after 1970-01-01T00:00:00Z; `None` out of range.
    #[must_use]
    pub fn from_seconds(seconds: i64) -> Option<Self> {
        DateTime::from_timestamp(seconds, 0).map(Self)
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn seconds(self) -> i64 {
        self.0.timestamp()
    }

    /// The point in time so many days of 24 hours earlier, clamped to the earliest one.
    #[must_use]
    pub fn days_before(self, days: u32) -> Self {
        let earlier = self.0.checked_sub_signed(TimeDelta::days(i64::from(days)));
        Self(earlier.unwrap_or(DateTime::<Utc>::MIN_UTC))
    }

    /// The point in time so many days of 24 hours later, clamped to the latest one.
    #[must_use]
    pub fn days_after(self, days: u32) -> Self {
        let later = self.0.checked_add_signed(TimeDelta::days(i64::from(days)));
        Self(later.unwrap_or(DateTime::<Utc>::MAX_UTC))
    }

    /// This time, or the second after that of what it follows where it would not be later: what
    /// is recorded in one line of work is in order, however the clock goes.
    #[must_use]
    pub fn following(self, newest: Option<Self>) -> Self {
        let Some(newest) = newest.filter(|newest| *newest >= self) else { return self };
        Self(newest.0.checked_add_signed(TimeDelta::seconds(1)).unwrap_or(newest.0))
    }

    /// The calendar day in UTC, `2026-11-22`.
    #[must_use]
    pub fn day(self) -> String {
        self.0.format("%Y-%m-%d").to_string()
    }

    /// The form that record ids carry, `20261122T101500Z`.
    #[must_use]
    pub fn compact(self) -> String {
        self.0.format("%Y%m%dT%H%M%SZ").to_string()
    }

    /// The point in time that a record id carries, `20261122T101500Z`.
    #[must_use]
    pub fn from_compact(text: &str) -> Option<Self> {
        let time = NaiveDateTime::parse_from_str(text, "%Y%m%dT%H%M%SZ").ok()?;
        Some(Self(time.and_utc()))
    }

    /// The form for people, `2026-11-22 10:15 UTC`.
    #[must_use]
    pub fn minute(self) -> String {
        self.0.format("%Y-%m-%d %H:%M UTC").to_string()
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0.to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }
}

impl FromStr for Timestamp {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wanted = "expected an RFC 3339 time in UTC such as 2026-11-22T10:15:00Z";
        if !text.ends_with('Z') {
            return Err(format!("{wanted}, found {text:?}"));
        }
        match DateTime::parse_from_rfc3339(text) {
            Ok(time) => Ok(Self(time.with_timezone(&Utc))),
            Err(_) => Err(format!("{wanted}, found {text:?}")),
        }
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl FromNode for Timestamp {
    fn from_node(node: &Node<'_>, problems: &mut Problems<'_>) -> Option<Self> {
        let text = String::from_node(node, problems)?;
        text.parse().map_err(|message: String| problems.add(node.start, message)).ok()
    }
}

/// A calendar day, `2026-11-22`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(NaiveDate);

impl fmt::Display for Day {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.0.format("%Y-%m-%d"))
    }
}

impl FromStr for Day {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let shape = text.len() == 10 && text.as_bytes()[4] == b'-' && text.as_bytes()[7] == b'-';
        match NaiveDate::parse_from_str(text, "%Y-%m-%d") {
            Ok(day) if shape => Ok(Self(day)),
            _ => Err(format!("expected a day such as 2026-11-22, found {text:?}")),
        }
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
