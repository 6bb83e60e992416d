//! A plan as Markdown, from its parts and the template.
//!
//! What people typed stays what they typed: it is shown as plain text and can never
//! become a heading, an item, a cell, a link or a blank of the plan.

use std::collections::BTreeMap;

use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, UndefinedBehavior};
use serde::Serialize;

use crate::model::board::{Pool, PoolTask};
use crate::model::gate::Gate;
use crate::model::id::PlanName;
use crate::model::metric::Track;
use crate::model::plan::is_blank;
use crate::model::role::Role;
use crate::model::template;
use crate::model::time::Timestamp;
use crate::model::unseen::is_unseen;

/// What a new plan is made of. What is empty becomes a visible blank.
#[derive(Debug, Clone, Copy)]
pub struct Draft<'a> {
    /// Its name.
    pub name: &'a PlanName,
    /// The goal; its exact text is kept.
    pub goal: &'a str,
    /// When it is written.
    pub created_at: Timestamp,
    /// Who writes it, `Name <email>`.
    pub author: &'a str,
    /// The person who owns the plan; may be empty.
    pub owner: &'a str,
    /// What is in scope.
    pub scope_in: &'a [String],
    /// What is not.
    pub scope_out: &'a [String],
    /// The acceptance criteria.
    pub acceptance: &'a [String],
    /// What would make one stop and undo.
    pub rollback_conditions: &'a [String],
    /// Persons by role, each role as it is written in the matrix.
    pub owners: &'a BTreeMap<String, String>,
    /// The person for every role that `owners` does not name.
    pub default_owner: Option<&'a str>,
    /// The pool of tasks for the two tracks.
    pub pool: &'a Pool,
}

/// The text of a plan; [`crate::model::plan::Plan::parse`] reads it back.
///
/// # Panics
/// Never: the template is part of the program, and a test fills it in.
#[must_use]
pub fn plan(draft: &Draft<'_>) -> String {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    let filled = environment.template_from_str(template::PLAN).and_then(|text| text.render(Serde(fill(draft))));
    let mut text = filled.expect("a test fills in the built-in template with every part");
    text.push('\n');
    text
}

/// What the template asks for, every text already made harmless.
#[derive(Serialize)]
struct Filled {
    plan: String,
    goal_line: String,
    goal_block: String,
    created_at: String,
    author: String,
    owner: String,
    scope_in: Vec<String>,
    scope_out: Vec<String>,
    acceptance: Vec<String>,
    rollback_conditions: Vec<String>,
    gates: Vec<FilledGate>,
    roles: Vec<FilledRole>,
    visibility_tasks: Vec<FilledTask>,
    quality_tasks: Vec<FilledTask>,
}

#[derive(Serialize)]
struct FilledGate {
    key: &'static str,
    condition: &'static str,
    owner: &'static str,
}

#[derive(Serialize)]
struct FilledRole {
    #[serde(flatten)]
    role: Role,
    owner: Option<String>,
}

#[derive(Serialize)]
struct FilledTask {
    id: String,
    task: String,
    module: String,
    specialist: String,
    acceptance_signal: String,
}

fn fill(draft: &Draft<'_>) -> Filled {
    let items = |items: &[String]| items.iter().map(|item| inline(item)).collect();
    let gates = Gate::ALL.map(|gate| FilledGate { key: gate.key(), condition: gate.condition(), owner: gate.owner() });
    let tasks = |track: Track| draft.pool.tasks.iter().filter(|task| task.track == track).map(filled_task).collect();
    Filled {
        plan: inline(draft.name.as_str()),
        goal_line: quoted(draft.goal),
        goal_block: block_quote(draft.goal),
        created_at: draft.created_at.to_string(),
        author: scalar(draft.author),
        owner: scalar(draft.owner),
        scope_in: items(draft.scope_in),
        scope_out: items(draft.scope_out),
        acceptance: items(draft.acceptance),
        rollback_conditions: items(draft.rollback_conditions),
        gates: gates.into(),
        roles: template::roles().into_iter().map(|role| filled_role(role, draft)).collect(),
        visibility_tasks: tasks(Track::Visibility),
        quality_tasks: tasks(Track::Quality),
    }
}

fn filled_role(role: Role, draft: &Draft<'_>) -> FilledRole {
    let named = draft.owners.get(&role.role).map(String::as_str).or(draft.default_owner);
    let owner = named.filter(|person| !person.trim().is_empty()).map(inline);
    FilledRole { role, owner }
}

fn filled_task(task: &PoolTask) -> FilledTask {
    FilledTask {
        id: inline(task.id.as_str()),
        task: inline(&task.task),
        module: inline(task.module.as_str()),
        specialist: inline(&task.specialist),
        acceptance_signal: inline(&task.acceptance_signal),
    }
}

/// A value of the front matter: as it stands where that is plain, else as a JSON string.
fn scalar(text: &str) -> String {
    let plain = |character: char| character.is_alphanumeric() || " .,'@()_-".contains(character);
    let edges = text.starts_with(char::is_alphanumeric) && !text.ends_with(' ');
    if edges && text.chars().all(plain) { text.to_owned() } else { quoted(text) }
}

/// A JSON string on one line, in which nothing is invisible.
fn quoted(text: &str) -> String {
    let json = serde_json::Value::from(text).to_string();
    let mut quoted = String::with_capacity(json.len());
    for character in json.chars() {
        if is_hidden(character) {
            for unit in character.encode_utf16(&mut [0; 2]) {
                quoted.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            quoted.push(character);
        }
    }
    quoted
}

/// The goal as a quote. Everything may stand in it but HTML, which could hide what follows.
fn block_quote(goal: &str) -> String {
    if goal.trim().is_empty() {
        return "> TODO: say in one sentence what the campaign is for".to_owned();
    }
    let lines = goal.trim().replace("\r\n", "\n");
    let quote = |line: &str| format!("> {}", visible(line).replace('<', "&lt;")).trim_end().to_owned();
    lines.split(['\n', '\r']).map(quote).collect::<Vec<_>>().join("\n")
}

/// Whether one cannot see a character, or it changes how others are seen; the hyphen that shows
/// only at the end of a line is one of them here.
fn is_hidden(character: char) -> bool {
    is_unseen(character) || character == '\u{ad}'
}

/// The text with every hidden character written out, as in `\u{202e}`.
fn visible(text: &str) -> String {
    let mut visible = String::with_capacity(text.len());
    for character in text.chars() {
        if is_hidden(character) && character != '\t' {
            visible.extend(character.escape_unicode());
        } else {
            visible.push(character);
        }
    }
    visible
}

/// Free text as one line of Markdown that reads as exactly this text, in an item or a cell.
/// A `TODO` at its start is put in quotes, so that it is no blank.
fn inline(text: &str) -> String {
    let folded = visible(&text.split_whitespace().collect::<Vec<_>>().join(" "));
    if folded.is_empty() {
        return "TODO".to_owned();
    }
    let todo = folded.starts_with("TODO") && is_blank(&folded);
    let folded = if todo { format!("\"{folded}\"") } else { folded };
    let opening = block_mark(&folded);
    let mut line = String::with_capacity(folded.len() + 8);
    let mut before = ' ';
    let mut characters = folded.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        let after = characters.peek().map_or(' ', |(_, after)| *after);
        if Some(at) == opening || is_mark(character, before, after) {
            line.push('\\');
        }
        line.push(character);
        before = character;
    }
    line
}

/// Where the character stands that would make a block of the line: a heading, a list, a quote.
fn block_mark(line: &str) -> Option<usize> {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let first = *line.as_bytes().get(digits)?;
    let marks: &[u8] = if digits == 0 { b"#-+>=" } else { b".)" };
    let is_word = |rest: &str| !rest.is_empty() && !rest.starts_with([' ', '-']);
    let harmless = first == b'-' && is_word(&line[digits + 1..]);
    (marks.contains(&first) && !harmless).then_some(digits)
}

/// Whether a character means something to Markdown where it stands.
fn is_mark(character: char, before: char, after: char) -> bool {
    match character {
        '`' | '*' | '[' | '<' | '|' | '~' => true,
        '_' => !(before.is_alphanumeric() && after.is_alphanumeric()),
        '&' => after == '#' || after.is_ascii_alphanumeric(),
        '\\' => after == ' ' || after.is_ascii_punctuation(),
        _ => false,
    }
}
