//! What a reviewer reads: what a branch changes, what the rules say of its commits, and
//! what they say of the merge that would result (contract, section 6).

use serde::Serialize;

use crate::change::Group;
use crate::model::shell::word;
use crate::rules::{Level, Violation};

use super::changes::{ChangeList, Told, Turn, change, turned, unproven};
use super::highlight::{Highlight, highlights};
use super::label::Label;
use super::page::{Line, Page};
use super::verdict::{Judgement, Verdict, findings};
use super::view::View;
use super::violations::violations;

/// A commit under the name by which it was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Named {
    /// What was asked for: a branch, a revision.
    pub name: String,
    /// The commit, by its full id.
    pub commit: String,
}

/// All of a review in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Conclusion {
    /// Nothing stands against it.
    Sound,
    /// A rule is broken, in a commit or in the merge.
    Violated,
    /// The merge needs a person.
    Conflicted,
    /// Nothing bad was seen, but not all could be.
    Incomplete,
}

impl Conclusion {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Sound => "sound",
            Self::Violated => "violated",
            Self::Conflicted => "conflicted",
            Self::Incomplete => "incomplete",
        }
    }

    fn label(self) -> Label {
        match self {
            Self::Sound => Label::Pass,
            Self::Violated | Self::Conflicted => Label::Fail,
            Self::Incomplete => Label::Warning,
        }
    }
}

/// How two histories would be joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Joining {
    /// The base has all of it already.
    UpToDate,
    /// The base is where the branch began.
    FastForward,
    /// Both sides went on, and their texts merge.
    Clean,
    /// Both sides went on, and some texts do not merge.
    Conflicted,
    /// This git cannot say.
    Unknown,
}

/// A path that a person or `resolve` must look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Clash {
    /// The path.
    pub path: String,
    /// Whether it is an artifact, which `resolve` may mend.
    pub artifact: bool,
}

/// The merge that would result, as a forge would make it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Merge {
    /// How the two would be joined.
    pub joining: Joining,
    /// What is in conflict.
    pub conflicts: Vec<Clash>,
    /// What the rules say of the merged tree; empty where artifacts are in conflict.
    pub violations: Vec<Violation>,
}

/// The changes of one part.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Part {
    /// Which part.
    pub group: Group,
    /// What must not be overlooked in it, what alarms first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub highlights: Vec<Highlight>,
    /// The gates whose verdict turned; only in the part of the gates.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub turned_gates: Vec<Turn>,
    /// Other gates that pass without evidence; only in the part of the gates.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub gates_without_evidence: Vec<&'static str>,
    /// What changed, the worst first.
    pub changes: Vec<Told>,
}

impl Part {
    fn empty(group: Group) -> Self {
        let (turned_gates, gates_without_evidence) = (Vec::new(), Vec::new());
        Self { group, highlights: Vec::new(), turned_gates, gates_without_evidence, changes: Vec::new() }
    }

    /// How many changes it tells of.
    #[must_use]
    pub fn count(&self) -> usize {
        self.turned_gates.len() + self.changes.len()
    }
}

/// The changes, part by part, without the empty parts.
#[must_use]
pub fn parts(list: ChangeList) -> Vec<Part> {
    let ChangeList { turned_gates, gates_without_evidence, changes } = list;
    let mut parts: Vec<Part> = Group::ALL.map(Part::empty).into();
    for told in changes {
        let group = told.change.group();
        let part = parts.iter_mut().find(|part| part.group == group);
        part.expect("every group has its part").changes.push(told);
    }
    if let Some(gates) = parts.iter_mut().find(|part| part.group == Group::Gates) {
        gates.turned_gates = turned_gates;
        gates.gates_without_evidence = gates_without_evidence;
    }
    parts.retain(|part| part.count() > 0 || !part.gates_without_evidence.is_empty());
    for part in &mut parts {
        part.changes.sort_by_key(|told| told.change.place());
        let Part { group, turned_gates, gates_without_evidence, changes, .. } = part;
        part.highlights = highlights(*group, turned_gates, gates_without_evidence, changes);
    }
    parts
}

/// What was looked at the last time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Since {
    /// The commit of the last look.
    #[serde(flatten)]
    pub named: Named,
    /// Whether the branch no longer holds that commit: it was rewritten.
    pub rewritten: bool,
}

/// A review.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Review {
    /// All of it in one word.
    pub verdict: Conclusion,
    /// What the branch is meant for.
    pub base: Named,
    /// The branch.
    pub head: Named,
    /// Where it began.
    pub merge_base: String,
    /// The last look, when only what is new since was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Since>,
    /// What changed.
    pub changed: Vec<Part>,
    /// What the rules say of its commits.
    pub commits: Judgement,
    /// The merge that would result.
    pub merge: Merge,
}

impl Review {
    /// The conclusion that follows from commits and merge. A violation outranks a
    /// conflict, which outranks what could not be seen.
    #[must_use]
    pub fn conclusion(commits: &Judgement, merge: &Merge) -> Conclusion {
        let broken = merge.violations.iter().any(|violation| violation.level == Level::Error);
        match commits.verdict {
            Verdict::Violated => Conclusion::Violated,
            _ if broken => Conclusion::Violated,
            _ if !merge.conflicts.is_empty() => Conclusion::Conflicted,
            Verdict::Incomplete => Conclusion::Incomplete,
            Verdict::Sound if merge.joining == Joining::Unknown => Conclusion::Incomplete,
            Verdict::Sound => Conclusion::Sound,
        }
    }

    /// What stands behind the word of the verdict, in one line.
    #[must_use]
    pub fn summary(&self) -> String {
        let errors = |violations: &[Violation]| violations.iter().filter(|one| one.level == Level::Error).count();
        let in_commits = self.commits.findings.iter().filter(|one| one.violation.level == Level::Error).count();
        let in_merge = errors(&self.merge.violations);
        let changes = self.changed.iter().map(Part::count).sum();
        let mut text = format!(
            "{} on {} for {}, {}; ",
            counted(self.commits.commits_seen, "commit"),
            self.head.name,
            self.base.name,
            counted(changes, "change")
        );
        if in_commits > 0 {
            text.push_str(&format!("{} in the commits; ", counted(in_commits, "violation")));
        }
        text.push_str(match self.merge.joining {
            Joining::UpToDate => "nothing to merge",
            Joining::FastForward => "the base has not moved on",
            Joining::Clean => "the merge is clean as text",
            Joining::Conflicted => "the merge conflicts",
            Joining::Unknown => "the merge could not be tried",
        });
        if in_merge > 0 {
            text.push_str(&format!(", with {} in the merged state", counted(in_merge, "violation")));
        }
        text
    }

    /// What to say of the last look; `None` without one.
    #[must_use]
    pub fn since_line(&self) -> Option<String> {
        let since = self.since.as_ref()?;
        let rewritten = if since.rewritten { "; the branch was rewritten since, so contents are compared" } else { "" };
        Some(format!("new since {}{rewritten}", since.named.name))
    }

    /// What to do next, one command each.
    #[must_use]
    pub fn hints(&self) -> Vec<String> {
        let mut hints = Vec::new();
        if self.merge.conflicts.iter().any(|clash| clash.artifact) {
            hints.push(format!("git merge {} || git mkt resolve", word(&self.base.name)));
        }
        if self.merge.joining == Joining::Unknown {
            hints.push("install git 2.38 or newer, which can try a merge".to_owned());
        }
        hints
    }
}

/// How many there are of a thing: `1 day`, `2 days`.
#[must_use]
pub fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

/// The title of a part with what must not be overlooked in it.
fn heading(part: &Part) -> Line {
    let mut line = Line::labelled(Label::Heading, part.group.title());
    for (at, Highlight { text, alarming }) in part.highlights.iter().enumerate() {
        line.text(if at == 0 { ": " } else { "; " });
        if *alarming {
            line.label(Label::Fail, text)
        } else {
            line.text(text)
        };
    }
    line
}

impl View for Review {
    fn page(&self) -> Page {
        let mut page = Page::new();
        page.line().label(self.verdict.label(), self.verdict.word()).text(": ").text(self.summary());
        if let Some(line) = self.since_line() {
            page.push(Line::labelled(Label::Dim, line));
        }
        for part in &self.changed {
            page.blank();
            page.push(heading(part));
            let mut lines = Page::new();
            for turn in &part.turned_gates {
                lines.push(turned(turn));
            }
            for gate in &part.gates_without_evidence {
                lines.push(unproven(gate));
            }
            for told in &part.changes {
                lines.append(change(told));
            }
            page.indented(lines);
        }
        if !self.commits.findings.is_empty() || !self.commits.incomplete.is_empty() {
            page.heading("The commits");
            page.indented(findings(&self.commits));
        }
        self.merge(&mut page);
        for hint in self.hints() {
            page.hint(hint);
        }
        page
    }
}

impl Review {
    fn merge(&self, page: &mut Page) {
        if self.merge.conflicts.is_empty() && self.merge.violations.is_empty() {
            return;
        }
        page.heading(format!("The merge into {}", self.base.name));
        for clash in &self.merge.conflicts {
            let line = page.line();
            line.label(Label::Fail, "  conflict").text("   ").label(Label::Path, &clash.path);
        }
        page.append(violations(&self.merge.violations));
    }
}
