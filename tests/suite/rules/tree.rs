//! A tree in memory: paths and texts, read by the same loader as a commit.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ohmymkt::model::action::Claim;
use ohmymkt::model::cadence::Cadence;
use ohmymkt::model::cycle::{Cycle, Decision};
use ohmymkt::model::id::BlobId;
use ohmymkt::model::incident::Severity;
use ohmymkt::model::load::{Change, load, load_changed};
use ohmymkt::model::metric::Signal;
use ohmymkt::model::observation::standing;
use ohmymkt::model::snapshot::{Content, FileKind, Listed, Snapshot, Source};
use ohmymkt::model::step::Step;
use ohmymkt::rules::decision::{Outcome, decide};
use ohmymkt::rules::gates::evaluate;
use ohmymkt::rules::{Level, Violation, check};
use serde_json::Value;
use sha1::{Digest, Sha1};

/// Files under `.ohmymkt/` by their path.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    files: BTreeMap<String, Vec<u8>>,
}

/// The folder of the rules' fixtures.
pub fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/rules")
}

impl Tree {
    /// The tree that all fixtures start from: a campaign that runs, with one cycle.
    pub fn base() -> Self {
        Self::default().over(&fixtures().join("base"))
    }

    /// The tree with the files of a folder laid over it.
    pub fn over(mut self, folder: &Path) -> Self {
        let mut folders = vec![folder.to_owned()];
        while let Some(next) = folders.pop() {
            for entry in fs::read_dir(&next).into_iter().flatten().flatten() {
                if entry.path().is_dir() {
                    folders.push(entry.path());
                    continue;
                }
                let inside = entry.path();
                let inside = inside.strip_prefix(folder).expect("it was found in the folder");
                let path = inside.to_str().expect("fixtures have plain names").replace('\\', "/");
                self.files.insert(path, fs::read(entry.path()).expect("a listed fixture can be read"));
            }
        }
        self
    }

    /// The tree with a file.
    pub fn with(mut self, path: &str, text: &str) -> Self {
        self.files.insert(path.to_owned(), text.as_bytes().to_vec());
        self
    }

    /// The tree without a file.
    pub fn without(mut self, path: &str) -> Self {
        assert!(self.files.remove(path).is_some(), "there is no {path}");
        self
    }

    /// The tree with a JSON file edited.
    pub fn edit(self, path: &str, edit: impl FnOnce(&mut Value)) -> Self {
        let bytes = self.files.get(path).unwrap_or_else(|| panic!("there is no {path}"));
        let mut value = serde_json::from_slice(bytes).expect("the base is well-formed");
        edit(&mut value);
        self.with(path, &format!("{value:#}\n"))
    }

    /// With nothing but what the earlier tool wrote.
    pub fn earlier(mut self) -> Self {
        let later = ["reviews/", "observations/", "recommendations/", "archive/", "policy.json"];
        self.files.retain(|path, _| !later.iter().any(|part| path.starts_with(&format!(".ohmymkt/{part}"))));
        self.edit(path::GATES, |gates| {
            for gate in gates.as_object_mut().into_iter().flat_map(serde_json::Map::values_mut) {
                gate.as_object_mut().map(|gate| gate.remove("evidence"));
            }
        })
    }

    /// A file's bytes.
    pub fn files_at(&self, path: &str) -> Vec<u8> {
        self.files[path].clone()
    }

    /// A file's text.
    pub fn text(&self, path: &str) -> String {
        String::from_utf8(self.files[path].clone()).expect("the base is text")
    }

    /// A file's JSON.
    pub fn json(&self, path: &str) -> Value {
        serde_json::from_slice(&self.files[path]).expect("the base is well-formed")
    }

    /// What the loader makes of it.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        let Ok(snapshot) = load(self);
        Arc::new(snapshot)
    }

    /// What the loader makes of it from another tree's snapshot and what differs; `None`
    /// where it would rather read everything.
    pub fn snapshot_after(&self, before: &Self) -> Option<Snapshot> {
        let Ok(listed) = self.list();
        let now = listed.into_iter().filter(|file| before.files.get(&file.path) != self.files.get(&file.path));
        let gone = before.files.keys().filter(|path| !self.files.contains_key(*path));
        let mut changes: Vec<_> = now.map(Change::Now).chain(gone.cloned().map(Change::Gone)).collect();
        changes.sort_by_key(|change| match change {
            Change::Now(file) => file.path.clone(),
            Change::Gone(path) => path.clone(),
        });
        let Ok(snapshot) = load_changed(self, &before.snapshot(), &changes);
        snapshot
    }
}

fn blob(bytes: &[u8]) -> String {
    let mut hash = Sha1::new();
    hash.update(format!("blob {}\0", bytes.len()));
    hash.update(bytes);
    hash.finalize().iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a string takes everything");
        text
    })
}

impl Source for Tree {
    type Error = Infallible;

    fn list(&self) -> Result<Vec<Listed>, Infallible> {
        let listed = self.files.iter().map(|(path, bytes)| Listed {
            path: path.clone(),
            kind: FileKind::Regular,
            blob_id: blob(bytes).parse().ok(),
        });
        Ok(listed.collect())
    }

    fn read(&self, file: &Listed) -> Result<Content, Infallible> {
        Ok(Content::Bytes(self.files[&file.path].clone()))
    }

    fn blob_id(&self, bytes: &[u8]) -> Result<BlobId, Infallible> {
        Ok(blob(bytes).parse().expect("hexadecimal digits make a blob id"))
    }
}

/// The step from these trees to that one.
pub fn step(parents: &[&Tree], after: &Tree) -> Step {
    let parents = parents.iter().map(|tree| tree.snapshot()).collect();
    Step { parents, after: after.snapshot(), claim: None, authored_at: None, committed_at: None, passed_over: 0 }
}

/// The claim that these trailers make.
pub fn claim(trailers: &str) -> Option<Claim> {
    let pairs = trailers.lines().filter_map(|line| line.split_once(": "));
    let pairs: Vec<_> = pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
    Claim::from_trailers(&pairs)
}

/// The errors of a step, as `rule: message`.
pub fn errors(step: &Step) -> Vec<String> {
    let errors = check(step).into_iter().filter(|violation| violation.level == Level::Error);
    errors.map(|Violation { rule, message, .. }| format!("{rule}: {message}")).collect()
}

/// The rules that a step from one tree to another breaks, each once.
pub fn broken(before: &Tree, after: &Tree) -> Vec<&'static str> {
    let step = Step { claim: claim("Mkt-Action: record"), ..step(&[before], after) };
    let mut rules: Vec<_> = check(&step).into_iter().map(|violation| violation.rule).collect();
    rules.dedup();
    rules
}

/// Where the base keeps things.
pub mod path {
    pub const BOULDER: &str = ".ohmymkt/boulder.json";
    pub const POLICY: &str = ".ohmymkt/policy.json";
    pub const BOARD: &str = ".ohmymkt/state/sprint-board.json";
    pub const CYCLES: &str = ".ohmymkt/state/cycles.json";
    pub const EXECUTION: &str = ".ohmymkt/state/execution.json";
    pub const GATES: &str = ".ohmymkt/state/gates.json";
    pub const METRICS: &str = ".ohmymkt/state/metrics.json";
    pub const MODULES: &str = ".ohmymkt/state/modules.json";
    pub const PLAN: &str = ".ohmymkt/plans/2026-11-01-non-brand-growth.md";
    pub const REVIEW: &str = ".ohmymkt/reviews/rev-20261101T120000Z-00000001.json";
}

/// The modules that a rollback pauses.
pub const SCALE: [&str; 3] = ["authority_growth", "experiment_engine", "scale_loop"];

/// Moves that the commands make, on trees.
impl Tree {
    /// With an incident of this severity, recorded at that time.
    pub fn incident(self, severity: &str, at: &str) -> Self {
        let id = format!("inc-{}-{}", at.replace(['-', ':'], ""), severity.to_lowercase());
        let text = serde_json::json!({
            "id": id, "severity": severity, "module": "scale_loop", "summary": "pages fell out", "created_at": at,
        });
        self.with(&format!(".ohmymkt/incidents/{id}.json"), &text.to_string())
    }

    /// With a postmortem for the incident of this severity and time.
    pub fn postmortem(self, severity: &str, at: &str) -> Self {
        let id = format!("inc-{}-{}", at.replace(['-', ':'], ""), severity.to_lowercase());
        self.edit(&format!(".ohmymkt/incidents/{id}.json"), |incident| {
            incident["postmortem"] = serde_json::json!({
                "root_cause": "a template", "remediation": "undone", "prevention": "a check",
                "by": "Ines Duarte", "at": at,
            });
        })
    }

    /// With an observation of a quality or visibility signal, and the trend that follows.
    pub fn observed(self, signal: Signal, trend: &str, source: &str, at: &str) -> Self {
        let id = format!("obs-{}-{source}-{}", at.replace(['-', ':'], ""), signal.key());
        let text = serde_json::json!({
            "id": id, "metric": signal.to_string(), "trend": trend, "source": source,
            "observed_at": at, "recorded_at": at, "recorded_by": "Tomas Keller",
        });
        self.with(&format!(".ohmymkt/observations/{id}.json"), &text.to_string()).reckoned(signal)
    }

    /// With the trend in `metrics.json` that the observations give.
    pub fn reckoned(self, signal: Signal) -> Self {
        let snapshot = self.snapshot();
        let Some(standing) = standing(snapshot.observations.values().map(AsRef::as_ref), signal) else { return self };
        self.trend(signal, standing.trend.name())
    }

    /// With another trend in `metrics.json`.
    pub fn trend(self, signal: Signal, trend: &str) -> Self {
        self.edit(path::METRICS, |metrics| metrics[signal.track().key()][signal.key()] = trend.into())
    }

    /// With both a visibility and a quality signal up.
    pub fn thriving(self, at: &str) -> Self {
        self.observed(Signal::HighIntentSession, "up", "analytics", at)
    }

    /// With a weekly cycle, run at that time as the command runs it.
    pub fn weekly(self, at: &str) -> Self {
        self.cycle(Cadence::Weekly, at)
    }

    /// With a cycle of this cadence, as [`Tree::weekly`].
    pub fn cycle(self, cadence: Cadence, at: &str) -> Self {
        let snapshot = self.snapshot();
        let now = at.parse().expect("tests have real times");
        let Outcome { decision, reason, derivation } = decide(&snapshot, cadence, now);
        let report_file = format!(".ohmymkt/reports/{cadence}/{}.md", now.compact());
        let (id, extra) = (Cycle::id_at(cadence, now), serde_json::Map::new());
        let derivation = Some(derivation);
        let cycle = Cycle { id, cadence, decision, reason, generated_at: now, derivation, report_file, extra };
        let report = cycle.report_file.clone();
        let tree = self.with(&report, "# Cycle\n").appended(&cycle);
        match decision {
            Decision::Rollback => tree.paused(),
            Decision::Continue => tree.resumed_when_allowed(),
            Decision::Intervene => tree,
        }
    }

    /// With a cycle at the end of the log.
    pub fn appended(self, cycle: &Cycle) -> Self {
        let cycle = serde_json::to_value(cycle).expect("a cycle is JSON");
        self.edit(path::CYCLES, |log| log.as_array_mut().expect("the log is a list").push(cycle))
    }

    /// With the scale modules and their tasks paused.
    pub fn paused(self) -> Self {
        let tree = self.edit(path::EXECUTION, |execution| {
            execution["mode"] = "rollback".into();
            execution["paused_modules"] = serde_json::json!(SCALE);
        });
        tree.edit(path::BOARD, |board| {
            for task in board.as_array_mut().into_iter().flatten() {
                if SCALE.iter().any(|module| task["module"] == *module) && task["status"] == "active" {
                    task["status"] = "paused".into();
                }
            }
        })
    }

    /// With the scale modules running again.
    pub fn resumed(self) -> Self {
        self.edit(path::EXECUTION, |execution| {
            execution["mode"] = "execution".into();
            execution["paused_modules"] = serde_json::json!([]);
        })
    }

    fn resumed_when_allowed(self) -> Self {
        let snapshot = self.snapshot();
        let mut p0 = snapshot.incidents.values().filter(|incident| incident.severity == Severity::P0);
        let allowed = p0.all(|incident| incident.has_complete_postmortem()) && evaluate(&snapshot).passes();
        if allowed {
            self.resumed()
        } else {
            self.edit(path::EXECUTION, |execution| execution["mode"] = "execution".into())
        }
    }

    /// Without a running campaign.
    pub fn idle(self) -> Self {
        self.without(path::BOULDER).edit(path::EXECUTION, |execution| execution["active_plan"] = Value::Null)
    }

    /// With a gate that fails: 6 weeks of 8.
    pub fn short_of_weeks(self) -> Self {
        self.edit(path::GATES, |gates| gates["capacity_gate"]["rolling_weeks_feasible"] = 6.into())
    }
}
