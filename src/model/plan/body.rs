//! The sections of a plan and what stands in them, each thing with its line.

use std::collections::BTreeMap;
use std::ops::Range;

use pulldown_cmark::HeadingLevel;

use crate::model::cadence::Cadence;
use crate::model::gate::Gate;
use crate::model::incident::Severity;
use crate::model::metric::Track;

use super::block::{Block, Row, Text};
use super::text::{Words, is_blank, is_unanswered};

/// One of the nine sections of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Section {
    /// What the campaign is for.
    Goal,
    /// What is in scope and what is not.
    Scope,
    /// What shows that the goal is reached.
    AcceptanceCriteria,
    /// The five gates.
    GateChecklist,
    /// Who answers for each role.
    RoleMatrix,
    /// The tasks of the two tracks.
    TaskBaseline,
    /// The three cadences.
    Cadence,
    /// What happens after an incident of each severity.
    IncidentPolicy,
    /// What would make one stop and undo.
    RollbackConditions,
}

impl Section {
    /// All nine, in the order of the template.
    pub const ALL: [Self; 9] = [
        Self::Goal,
        Self::Scope,
        Self::AcceptanceCriteria,
        Self::GateChecklist,
        Self::RoleMatrix,
        Self::TaskBaseline,
        Self::Cadence,
        Self::IncidentPolicy,
        Self::RollbackConditions,
    ];

    /// The heading of it.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Goal => "Goal",
            Self::Scope => "Scope",
            Self::AcceptanceCriteria => "Acceptance criteria",
            Self::GateChecklist => "Startup gate checklist",
            Self::RoleMatrix => "Role ownership matrix",
            Self::TaskBaseline => "Dual-track task baseline",
            Self::Cadence => "Cadence",
            Self::IncidentPolicy => "Incident policy",
            Self::RollbackConditions => "Rollback conditions",
        }
    }

    fn titled(heading: &str) -> Option<Self> {
        let heading = Words::of(heading);
        Self::ALL.into_iter().find(|section| heading.are(section.title()))
    }
}

/// Something a plan says, or the blank that is left for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The text, folded to one line; `None` for a blank.
    pub text: Option<String>,
    /// Its line in the file, from 1.
    pub line: usize,
}

/// A row of the role ownership matrix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleRow {
    /// The role; `None` for a blank.
    pub role: Option<String>,
    /// The modules it answers for.
    pub modules: Vec<String>,
    /// The person; `None` for a blank.
    pub owner: Option<String>,
    /// Its line in the file, from 1.
    pub line: usize,
}

/// A row of the task baseline. `None` is a blank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskRow {
    /// The track whose heading it stands under.
    pub track: Option<Track>,
    /// The id of the task.
    pub id: Option<String>,
    /// What is to be done.
    pub task: Option<String>,
    /// The module it belongs to.
    pub module: Option<String>,
    /// The specialist role that does it.
    pub specialist: Option<String>,
    /// The least that shows it is done.
    pub acceptance_signal: Option<String>,
    /// Its line in the file, from 1.
    pub line: usize,
}

/// What the sections of a plan say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Body {
    /// The sections in their order, each with the line of its heading; one that is there twice is twice here.
    pub sections: Vec<(Section, usize)>,
    /// What is in scope.
    pub scope_in: Vec<Item>,
    /// What is not.
    pub scope_out: Vec<Item>,
    /// The acceptance criteria.
    pub acceptance: Vec<Item>,
    /// The gates that the checklist names, each with the line where it first does.
    pub gates: BTreeMap<Gate, usize>,
    /// The role ownership matrix.
    pub roles: Vec<RoleRow>,
    /// The tasks of both tracks.
    pub tasks: Vec<TaskRow>,
    /// The cadences that are named, each with the line where it first is.
    pub cadences: BTreeMap<Cadence, usize>,
    /// The severities that the incident policy names, each with what is said about it.
    pub incidents: BTreeMap<Severity, Item>,
    /// What would make one stop and undo.
    pub rollback_conditions: Vec<Item>,
}

impl Body {
    /// The line of a section's heading, if it is there.
    #[must_use]
    pub fn line(&self, section: Section) -> Option<usize> {
        self.sections.iter().find(|(known, _)| *known == section).map(|(_, line)| *line)
    }
}

/// What the blocks of a plan hold.
#[derive(Debug, Default)]
pub(super) struct Parts {
    pub(super) body: Body,
    /// The first heading of level 1 that is no section.
    pub(super) title: Option<String>,
    /// Where the text of the goal section stands in the file.
    pub(super) goal: Option<Range<usize>>,
}

/// Sorts blocks into the sections of a plan that ends at the offset `end`.
pub(super) fn read(blocks: Vec<Block>, end: usize) -> Parts {
    let mut reader = Reader { parts: Parts::default(), section: None, part: String::new(), end };
    for block in blocks {
        match block {
            Block::Heading(HeadingLevel::H1 | HeadingLevel::H2, heading, span) if !heading.text.is_empty() => {
                reader.heading(heading, &span);
            }
            Block::Heading(_, heading, _) => {
                reader.part.clone_from(&heading.text);
                reader.text(&heading);
            }
            Block::Item(item) => {
                reader.text(&item);
                reader.item(item);
            }
            Block::Line(line) => reader.text(&line),
            Block::Row(row) => reader.row(&row),
        }
    }
    reader.parts
}

struct Reader {
    parts: Parts,
    section: Option<Section>,
    /// The heading below the section's.
    part: String,
    end: usize,
}

impl Reader {
    fn heading(&mut self, heading: Text, span: &Range<usize>) {
        if let (Some(Section::Goal), Some(goal)) = (self.section, &mut self.parts.goal)
            && goal.end == self.end
        {
            goal.end = span.start;
        }
        self.part.clear();
        self.section = Section::titled(&heading.text);
        match self.section {
            Some(section) => {
                self.parts.body.sections.push((section, heading.line));
                if section == Section::Goal && self.parts.goal.is_none() {
                    self.parts.goal = Some(span.end..self.end);
                }
            }
            None if self.parts.title.is_none() => self.parts.title = Some(heading.text),
            None => {}
        }
    }

    fn item(&mut self, item: Text) {
        let body = &mut self.parts.body;
        let list = match self.section {
            Some(Section::Scope) if Words::of(&self.part).are("in scope") => &mut body.scope_in,
            Some(Section::Scope) if Words::of(&self.part).are("out of scope") => {
                // That nothing is left out may be said.
                let text = (!is_unanswered(&item.text)).then_some(item.text);
                body.scope_out.push(Item { text, line: item.line });
                return;
            }
            Some(Section::AcceptanceCriteria) => &mut body.acceptance,
            Some(Section::RollbackConditions) => &mut body.rollback_conditions,
            _ => return,
        };
        list.push(Item { text: said(item.text), line: item.line });
    }

    /// Any text of the sections that need no list: what it names counts.
    fn text(&mut self, text: &Text) {
        let body = &mut self.parts.body;
        match self.section {
            Some(Section::GateChecklist) => {
                let words = Words::of(&text.text);
                for gate in Gate::ALL.into_iter().filter(|gate| words.has(gate.key())) {
                    body.gates.entry(gate).or_insert(text.line);
                }
            }
            Some(Section::Cadence) => {
                let words = Words::of(&text.text);
                for cadence in Cadence::ALL.into_iter().filter(|cadence| words.has(cadence.name())) {
                    body.cadences.entry(cadence).or_insert(text.line);
                }
            }
            Some(Section::IncidentPolicy) => self.incident(text),
            _ => {}
        }
    }

    /// A text that names a severity speaks of it; one that names none speaks of its heading's.
    fn incident(&mut self, text: &Text) {
        let words = Words::of(&text.text);
        let named = |words: &Words| Severity::ALL.into_iter().filter(|severity| words.has(severity.name())).collect();
        let mut severities: Vec<Severity> = named(&words);
        if severities.is_empty() {
            severities = named(&Words::of(&self.part));
        }
        let rest: Vec<_> = words.iter().filter(|word| !matches!(*word, "p0" | "p1" | "p2" | "and" | "or")).collect();
        let blank = rest.first().is_none_or(|first| *first == "todo") || is_blank(&rest.join(" "));
        let says = !blank && text.text != self.part;
        let found = Item { text: says.then(|| text.text.clone()), line: text.line };
        for severity in severities {
            let known = self.parts.body.incidents.entry(severity).or_insert_with(|| found.clone());
            if known.text.is_none() && says {
                *known = found.clone();
            }
        }
    }

    fn row(&mut self, row: &Row) {
        match self.section {
            Some(Section::RoleMatrix) => {
                let modules = said(row.cell("modules").to_owned()).unwrap_or_default();
                let modules = modules.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
                self.parts.body.roles.push(RoleRow {
                    role: said(row.cell("role").to_owned()),
                    modules: modules.collect(),
                    owner: said(row.cell("owner").to_owned()),
                    line: row.line,
                });
            }
            Some(Section::TaskBaseline) => {
                let part = Words::of(&self.part);
                let cell = |heading: &str| said(row.cell(heading).to_owned());
                self.parts.body.tasks.push(TaskRow {
                    track: Track::ALL.into_iter().find(|track| part.has(track.name())),
                    id: cell("id"),
                    task: cell("task"),
                    module: cell("module"),
                    specialist: cell("specialist"),
                    acceptance_signal: cell("acceptance signal"),
                    line: row.line,
                });
            }
            _ => {
                let cells: Vec<_> = row.cells.iter().map(|(_, text)| text.as_str()).collect();
                self.text(&Text { text: cells.join(" "), line: row.line });
            }
        }
    }
}

fn said(text: String) -> Option<String> {
    (!is_blank(&text)).then_some(text)
}
