//! What to add by hand to the hooks of others, so that they ask this program.

use crate::git::hook::{HookEvent, Tool};
use crate::render::{Label, Page};

/// The lines for a hook that is a script.
#[must_use]
pub fn in_hook(path: &str, event: HookEvent) -> Page {
    let mut page = Page::new();
    page.line().text("add to ").label(Label::Path, path).text(", where it has not read its input yet:");
    page.line().text(format!("    ohmymkt hook {event} -- \"$@\" || exit"));
    page
}

/// The lines for a folder of hooks that are scripts, such as husky's own.
#[must_use]
pub fn in_each_hook(folder: &str) -> Page {
    let mut page = Page::new();
    for event in HookEvent::AUTHOR {
        page.append(in_hook(&format!("{folder}/{event}"), event));
    }
    page
}

/// The lines for the program that looks after the hooks of this project; for the scripts
/// in the directory when there is none.
#[must_use]
pub fn of_tools(tools: &[Tool], directory: &str) -> Page {
    let mut page = Page::new();
    for tool in tools {
        match tool {
            Tool::Husky => page.append(in_each_hook(".husky")),
            Tool::Lefthook => block(&mut page, tool.files()[0], LEFTHOOK),
            Tool::Prek => block(&mut page, tool.files()[0], &prek()),
            Tool::PreCommit => block(&mut page, tool.files()[0], &pre_commit()),
            Tool::Hk | Tool::Overcommit => continue,
        };
    }
    if page.is_empty() { in_each_hook(directory) } else { page }
}

fn block<'p>(page: &'p mut Page, file: &str, lines: &str) -> &'p mut Page {
    page.line().text("add to ").label(Label::Path, file).text(":");
    for line in lines.lines() {
        page.line().text("    ").text(line);
    }
    page
}

const LEFTHOOK: &str = "\
pre-commit:
  commands:
    ohmymkt:
      run: ohmymkt hook pre-commit
pre-merge-commit:
  commands:
    ohmymkt:
      run: ohmymkt hook pre-merge-commit
commit-msg:
  commands:
    ohmymkt:
      run: ohmymkt hook commit-msg -- {1}
pre-push:
  commands:
    ohmymkt:
      run: ohmymkt hook pre-push -- {1} {2}
      use_stdin: true";

/// The hooks of pre-commit and prek: name, what is called, when, whether it is told of files.
/// They read what is pushed themselves and do not hand it on, so that at the push the
/// history of HEAD is judged instead.
const FRAMEWORK: [(&str, &str, &str, bool); 4] = [
    ("commit", "ohmymkt hook pre-commit", "pre-commit", false),
    ("merge", "ohmymkt hook pre-merge-commit", "pre-merge-commit", false),
    ("message", "ohmymkt hook commit-msg --", "commit-msg", true),
    ("push", "ohmymkt verify", "pre-push", false),
];

fn pre_commit() -> String {
    let hooks = FRAMEWORK.map(|(name, entry, stage, files)| {
        format!(
            "
    - {{id: ohmymkt-{name}, name: ohmymkt, language: system, entry: {entry},
       stages: [{stage}], always_run: true, pass_filenames: {files}}}"
        )
    });
    format!("- repo: local\n  hooks:{}", hooks.concat())
}

fn prek() -> String {
    let hooks = FRAMEWORK.map(|(name, entry, stage, files)| {
        format!(
            "
[[repos.hooks]]
id = \"ohmymkt-{name}\"
name = \"ohmymkt\"
language = \"system\"
entry = \"{entry}\"
stages = [\"{stage}\"]
always_run = true
pass_filenames = {files}
"
        )
    });
    format!("[[repos]]\nrepo = \"local\"\n{}", hooks.concat())
}
