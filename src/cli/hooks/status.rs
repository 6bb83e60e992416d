//! Whether git runs the hooks, event by event.

use std::path::PathBuf;

use serde::Serialize;

use crate::git::Repo;
use crate::git::hook::{HookProblem, HookState, HooksState};
use crate::render::{Label, Line, Page, Row, View};

use super::{name, shown};

/// Whether git runs the hooks.
#[derive(Serialize)]
pub struct Standing {
    active: bool,
    git: String,
    directory: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    hooks_path: Option<Setting>,
    tools: Vec<&'static str>,
    hooks: Vec<Hook>,
}

#[derive(Serialize)]
struct Setting {
    scope: &'static str,
    value: String,
}

#[derive(Serialize)]
struct Hook {
    event: &'static str,
    wanted: bool,
    active: bool,
    mechanism: &'static str,
    path: String,
    program: Option<String>,
    kept: Option<String>,
    called_from: Option<String>,
    problems: Vec<Problem>,
}

#[derive(Serialize)]
struct Problem {
    code: &'static str,
    message: String,
}

impl Standing {
    /// The state of the hooks, to be shown.
    #[must_use]
    pub fn of(repo: &Repo, state: &HooksState) -> Self {
        let setting = state.place.setting.as_ref();
        Self {
            active: state.is_active(),
            git: format!("{}.{}", state.git.0, state.git.1),
            directory: shown(repo, &state.place.directory),
            hooks_path: setting.map(|(scope, value)| Setting { scope: scope.name(), value: value.clone() }),
            tools: state.tools.iter().map(|tool| tool.name()).collect(),
            hooks: state.hooks.iter().map(|hook| Hook::of(repo, hook)).collect(),
        }
    }
}

impl Hook {
    fn of(repo: &Repo, hook: &HookState) -> Self {
        let show = |path: &Option<PathBuf>| path.as_deref().map(|path| shown(repo, path));
        Self {
            event: hook.event.name(),
            wanted: hook.wanted,
            active: hook.problems.is_empty(),
            mechanism: name(hook.mechanism),
            path: shown(repo, &hook.path),
            program: show(&hook.program),
            kept: show(&hook.kept),
            called_from: show(&hook.called_from),
            problems: hook.problems.iter().map(|problem| Problem::of(repo, problem)).collect(),
        }
    }

    fn state(&self) -> (Label, &'static str) {
        match (self.active, self.wanted) {
            (true, _) => (Label::Pass, "active"),
            (false, true) => (Label::Fail, "NOT RUN"),
            (false, false) => (Label::Dim, "off"),
        }
    }
}

impl Problem {
    fn of(repo: &Repo, problem: &HookProblem) -> Self {
        let (code, message) = match problem {
            HookProblem::Missing => ("missing", "there is no such hook".to_owned()),
            HookProblem::Shadowed(path) => {
                ("shadowed", format!("it is installed as `{}`, and git looks elsewhere", shown(repo, path)))
            }
            HookProblem::Foreign(tool) => {
                let whose = tool.map_or("another hook", |tool| tool.name());
                ("foreign", format!("{whose} is there, and does not ask this program"))
            }
            HookProblem::Edited => ("edited", "it was edited after it was installed".to_owned()),
            HookProblem::NotExecutable => ("not-executable", "it may not be executed, so git skips it".to_owned()),
            HookProblem::NoProgram(path) => {
                ("no-program", format!("the program is gone: neither `{}` nor in PATH", path.display()))
            }
            HookProblem::GitTooOld => ("git-too-old", "this git does not run hooks from the configuration".to_owned()),
            HookProblem::TurnedOff(key) => ("turned-off", format!("`{key}` turns it off")),
            HookProblem::Setting(key) => ("setting", format!("`{key}` is not as it was set")),
        };
        Self { code, message }
    }
}

impl View for Standing {
    fn page(&self) -> Page {
        let mut page = Page::new();
        let line = page.line();
        let directory = if self.directory.is_empty() { "no directory" } else { &self.directory };
        line.text(format!("git {} looks for hooks in ", self.git)).label(Label::Path, directory);
        if let Some(setting) = &self.hooks_path {
            line.text(format!(" (core.hooksPath, {})", setting.scope));
        }
        if !self.tools.is_empty() {
            page.line().text(format!("hooks are looked after by {}, too", self.tools.join(", ")));
        }
        page.blank();
        page.table(&["hook", "state", "where"], self.hooks.iter().map(row));
        if !self.active {
            page.blank();
            page.hint("git mkt hooks install");
        }
        page
    }
}

fn row(hook: &Hook) -> Row {
    let (label, word) = hook.state();
    let place = if hook.mechanism == "config" { "configuration, " } else { "" };
    let mut path = Line::of(place);
    path.label(Label::Path, &hook.path);
    let mut row = Row::from([Line::of(hook.event), Line::labelled(label, word), path]);
    if !hook.active && !hook.wanted {
        return row.note("`git mkt hooks install --strict` installs it");
    }
    for problem in &hook.problems {
        row = row.note(problem.message.as_str());
    }
    if let Some(file) = &hook.called_from {
        row = row.note(format!("asked from `{file}`"));
    }
    if let Some(kept) = &hook.kept {
        row = row.note(format!("runs `{kept}` as well"));
    }
    row
}
