//! What to add by hand to the hooks of others, so that they ask this program.

use crate::git::hook::{HookEvent, Tool};
use crate::render::{Label, Page};

/// The lines for a hook that is a script.
#[must_use]
pub fn in_hook(path: &str, events: &[HookEvent]) -> Page {
    let mut page = Page::new();
    page.line().text("add to ").label(Label::Path, path).text(", where it has not read its input yet:");
    for event in events {
        page.line().text(format!("    ohmymkt hook {event} -- \"$@\" || exit"));
    }
    page
}

/// The lines for husky's own files.
#[must_use]
pub fn of_husky(folder: &str) -> Page {
    let mut page = Page::new();
    for event in HookEvent::AUTHOR {
        page.append(in_hook(&format!("{folder}/{event}"), &[event]));
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
            Tool::Husky => page.append(of_husky(".husky")),
            Tool::Lefthook => block(&mut page, tool.files()[0], LEFTHOOK),
            Tool::Prek => block(&mut page, tool.files()[0], PREK),
            Tool::PreCommit => block(&mut page, tool.files()[0], PRE_COMMIT),
            Tool::Hk | Tool::Overcommit => continue,
        };
    }
    if page.is_empty() {
        for event in HookEvent::AUTHOR {
            page.append(in_hook(&format!("{directory}/{event}"), &[event]));
        }
    }
    page
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

/// The frameworks read what is pushed themselves and do not hand it on, so that at the
/// push the history of HEAD is judged instead.
const PRE_COMMIT: &str = "\
- repo: local
  hooks:
    - {id: ohmymkt-commit, name: ohmymkt, language: system, entry: ohmymkt hook pre-commit,
       stages: [pre-commit], always_run: true, pass_filenames: false}
    - {id: ohmymkt-merge, name: ohmymkt, language: system, entry: ohmymkt hook pre-merge-commit,
       stages: [pre-merge-commit], always_run: true, pass_filenames: false}
    - {id: ohmymkt-message, name: ohmymkt, language: system, entry: ohmymkt hook commit-msg --,
       stages: [commit-msg], always_run: true}
    - {id: ohmymkt-push, name: ohmymkt, language: system, entry: ohmymkt verify,
       stages: [pre-push], always_run: true, pass_filenames: false}";

const PREK: &str = "\
[[repos]]
repo = \"local\"

[[repos.hooks]]
id = \"ohmymkt-commit\"
name = \"ohmymkt\"
language = \"system\"
entry = \"ohmymkt hook pre-commit\"
stages = [\"pre-commit\"]
always_run = true
pass_filenames = false

[[repos.hooks]]
id = \"ohmymkt-merge\"
name = \"ohmymkt\"
language = \"system\"
entry = \"ohmymkt hook pre-merge-commit\"
stages = [\"pre-merge-commit\"]
always_run = true
pass_filenames = false

[[repos.hooks]]
id = \"ohmymkt-message\"
name = \"ohmymkt\"
language = \"system\"
entry = \"ohmymkt hook commit-msg --\"
stages = [\"commit-msg\"]
always_run = true

[[repos.hooks]]
id = \"ohmymkt-push\"
name = \"ohmymkt\"
language = \"system\"
entry = \"ohmymkt verify\"
stages = [\"pre-push\"]
always_run = true
pass_filenames = false";
