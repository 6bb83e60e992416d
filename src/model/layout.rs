//! Every path under `.ohmymkt/`, both ways (contract, section 3).

use super::cadence::Cadence;
use super::id::PlanName;
use super::unseen::is_unseen;

/// The folder of the artifacts, at the top of the host repository.
pub const ROOT: &str = ".ohmymkt";
/// The settings of the repository.
pub const POLICY: &str = ".ohmymkt/policy.json";
/// The pointer to the active plan.
pub const BOULDER: &str = ".ohmymkt/boulder.json";
/// Merge and diff drivers, line ends.
pub const ATTRIBUTES: &str = ".ohmymkt/.gitattributes";
/// The startup gates.
pub const GATES: &str = ".ohmymkt/state/gates.json";
/// The trends.
pub const METRICS: &str = ".ohmymkt/state/metrics.json";
/// The modules.
pub const MODULES: &str = ".ohmymkt/state/modules.json";
/// The sprint board.
pub const BOARD: &str = ".ohmymkt/state/sprint-board.json";
/// The execution state.
pub const EXECUTION: &str = ".ohmymkt/state/execution.json";
/// The decision log.
pub const CYCLES: &str = ".ohmymkt/state/cycles.json";
/// The repository's own task pool, if it has one.
pub const POOL: &str = ".ohmymkt/templates/task-pool-40.json";

/// The five notes of a plan's notepad.
pub const NOTES: [&str; 5] = ["learnings", "decisions", "issues", "verification", "incidents"];

/// The folders that exist from the start, each kept by an empty `.gitkeep`.
pub const FOLDERS: [&str; 9] = [
    "plans",
    "incidents",
    "observations",
    "reviews",
    "recommendations",
    "reports/weekly",
    "reports/monthly",
    "reports/quarterly",
    "reports/summary",
];

/// A kind of record that is one immutable file each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RecordKind {
    /// `incidents/`
    Incident,
    /// `observations/`
    Observation,
    /// `reviews/`
    Review,
    /// `recommendations/`
    Recommendation,
    /// `archive/`: finished campaigns
    Finish,
}

impl RecordKind {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Incident, Self::Observation, Self::Review, Self::Recommendation, Self::Finish];

    /// The folder under `.ohmymkt/`.
    #[must_use]
    pub fn folder(self) -> &'static str {
        match self {
            Self::Incident => "incidents",
            Self::Observation => "observations",
            Self::Review => "reviews",
            Self::Recommendation => "recommendations",
            Self::Finish => "archive",
        }
    }

    /// The path of the record with this id.
    #[must_use]
    pub fn path(self, id: &str) -> String {
        format!("{ROOT}/{}/{id}.json", self.folder())
    }
}

/// What a path under `.ohmymkt/` is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place<'p> {
    /// One of the files that exist once: its constant above.
    State(&'p str),
    /// A plan, by its name.
    Plan(&'p str),
    /// A note, by plan and file name.
    Note(&'p str, &'p str),
    /// A record, by kind and file name without `.json`.
    Record(RecordKind, &'p str),
    /// A report.
    Report,
    /// Nothing the contract names: kept, never read.
    Other,
}

/// What a path from the repository root is; `None` outside `.ohmymkt/`.
#[must_use]
pub fn place(path: &str) -> Option<Place<'_>> {
    let inside = path.strip_prefix(ROOT)?.strip_prefix('/')?;
    let states = [POLICY, BOULDER, GATES, METRICS, MODULES, BOARD, EXECUTION, CYCLES, POOL];
    if states.contains(&path) {
        return Some(Place::State(path));
    }
    let (folder, rest) = inside.split_once('/').unwrap_or(("", inside));
    if rest == ".gitkeep" || rest.ends_with("/.gitkeep") {
        return Some(Place::Other);
    }
    let record = RecordKind::ALL.into_iter().find(|kind| kind.folder() == folder);
    Some(match (folder, record) {
        ("plans", _) => match rest.strip_suffix(".md") {
            Some(name) if !name.contains('/') => Place::Plan(name),
            _ => Place::Other,
        },
        ("notepads", _) => match rest.split_once('/') {
            Some((plan, file)) if !file.contains('/') => Place::Note(plan, file),
            _ => Place::Other,
        },
        ("reports", _) => Place::Report,
        (_, Some(kind)) => match rest.strip_suffix(".json") {
            Some(stem) if !stem.contains('/') => Place::Record(kind, stem),
            _ => Place::Other,
        },
        _ => Place::Other,
    })
}

/// The artifact that a path stands for where the file system does not tell cases apart, or
/// drops what cannot be seen or what ends a name; `None` where it is the path itself, or none.
#[must_use]
pub fn twin(path: &str) -> Option<String> {
    if path.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"/-_".contains(&byte)) {
        return None;
    }
    let inside = path.strip_prefix(ROOT)?;
    let is_dropped = |character: &char| matches!(character, '\u{200c}' | '\u{200d}') || is_unseen(*character);
    let folded: String =
        inside.chars().filter(|character| !is_dropped(character)).flat_map(char::to_lowercase).collect();
    let names: Vec<_> = folded.split('/').map(|name| name.trim_end_matches(['.', ' '])).collect();
    let folded = format!("{ROOT}{}", names.join("/"));
    let is_other = |path: &str| matches!(place(path), Some(Place::Other) | None);
    (folded != path && is_other(path) && !is_other(&folded)).then_some(folded)
}

/// The path of a plan.
#[must_use]
pub fn plan(name: &PlanName) -> String {
    format!("{ROOT}/plans/{name}.md")
}

/// The path of one of a plan's notes.
#[must_use]
pub fn note(plan: &PlanName, note: &str) -> String {
    format!("{ROOT}/notepads/{plan}/{note}.md")
}

/// The path of a cycle's report; `nth` counts the reports of the day from 1.
#[must_use]
pub fn cycle_report(cadence: Cadence, day: &str, nth: usize) -> String {
    format!("{ROOT}/reports/{cadence}/{day}-{cadence}{}.md", suffix(nth))
}

/// The path of a summary report; `nth` counts the reports of the day from 1.
#[must_use]
pub fn summary_report(day: &str, days: u32, nth: usize) -> String {
    format!("{ROOT}/reports/summary/{day}-{days}d{}.md", suffix(nth))
}

/// The path of a report's page for browsers, beside it.
#[must_use]
pub fn page_of(report: &str) -> String {
    format!("{}.html", report.strip_suffix(".md").unwrap_or(report))
}

fn suffix(nth: usize) -> String {
    if nth <= 1 { String::new() } else { format!("-{nth}") }
}

/// A path of the earlier tool, which wrote absolute ones, from the repository root.
#[must_use]
pub fn relative(path: &str) -> String {
    let path = path.replace('\\', "/");
    match path.find(&format!("/{ROOT}/")) {
        Some(at) => path[at + 1..].to_owned(),
        None => path,
    }
}
