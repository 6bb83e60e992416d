//! What a piece of text is, and the one table of how that looks.

use anstyle::{AnsiColor, Style};

use crate::model::cycle::{Decision, GateOutcome};
use crate::model::incident::Severity;
use crate::rules::Level;

/// What a piece of text is. Pages name labels, never colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Label {
    /// The title of a part.
    Heading,
    /// Something holds.
    Pass,
    /// Something does not hold.
    Fail,
    /// Something to be known.
    Warning,
    /// Something that refuses.
    Error,
    /// What to do about it.
    Hint,
    /// The path of a file.
    Path,
    /// The id of a record, a task or a commit.
    Id,
    /// The decision to go on.
    Continue,
    /// The decision to repair.
    Intervene,
    /// The decision to undo.
    Rollback,
    /// The severity that stops.
    P0,
    /// The severity that intervenes.
    P1,
    /// The severity that is watched.
    P2,
    /// Of less weight.
    Dim,
    /// There now and not before.
    Added,
    /// There before and not now.
    Removed,
}

impl Label {
    /// All of them.
    pub const ALL: [Self; 17] = [
        Self::Heading,
        Self::Pass,
        Self::Fail,
        Self::Warning,
        Self::Error,
        Self::Hint,
        Self::Path,
        Self::Id,
        Self::Continue,
        Self::Intervene,
        Self::Rollback,
        Self::P0,
        Self::P1,
        Self::P2,
        Self::Dim,
        Self::Added,
        Self::Removed,
    ];

    /// How it looks on a terminal with colours.
    #[must_use]
    pub fn style(self) -> Style {
        let colour = |colour: AnsiColor| Style::new().fg_color(Some(colour.into()));
        match self {
            Self::Heading => Style::new().bold(),
            Self::Pass | Self::Continue | Self::Added => colour(AnsiColor::Green),
            Self::Fail | Self::Error | Self::Rollback | Self::P0 => colour(AnsiColor::Red).bold(),
            Self::Warning | Self::Intervene | Self::P1 => colour(AnsiColor::Yellow),
            Self::Hint => colour(AnsiColor::Cyan),
            Self::Path => colour(AnsiColor::Blue),
            Self::Id => colour(AnsiColor::Magenta),
            Self::P2 | Self::Dim => Style::new().dimmed(),
            Self::Removed => colour(AnsiColor::Red),
        }
    }
}

impl From<Decision> for Label {
    fn from(decision: Decision) -> Self {
        match decision {
            Decision::Continue => Self::Continue,
            Decision::Intervene => Self::Intervene,
            Decision::Rollback => Self::Rollback,
        }
    }
}

impl From<Severity> for Label {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::P0 => Self::P0,
            Severity::P1 => Self::P1,
            Severity::P2 => Self::P2,
        }
    }
}

impl From<GateOutcome> for Label {
    fn from(outcome: GateOutcome) -> Self {
        match outcome {
            GateOutcome::Pass => Self::Pass,
            GateOutcome::Fail => Self::Fail,
        }
    }
}

impl From<Level> for Label {
    fn from(level: Level) -> Self {
        match level {
            Level::Error => Self::Error,
            Level::Warning => Self::Warning,
        }
    }
}
