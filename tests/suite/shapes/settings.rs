//! What settings, attributes and ignore rules make of a repository.

use super::{GATES, Shape, site};
use crate::sandbox::Sandbox;

#[test]
fn line_ends_by_setting() {
    for (setting, value) in [("core.autocrlf", "true"), ("core.autocrlf", "input"), ("core.eol", "crlf")] {
        let sandbox = site();
        sandbox.git(&["config", setting, value]).ok();
        sandbox.git(&["config", "core.safecrlf", "false"]).ok();
        Shape::of(&sandbox).live();
        // Our own attributes keep line feeds also where git checks the files out.
        sandbox.sh("rm -r .ohmymkt && git checkout --quiet HEAD -- .ohmymkt").ok();
        assert!(!sandbox.read(GATES).contains('\r'), "{setting}={value}");
    }
}

#[test]
fn line_ends_by_attribute() {
    let sandbox = site();
    sandbox.write(".gitattributes", "* text=auto eol=crlf\n");
    sandbox.commit_all("Work on a machine of its own kind");
    Shape::of(&sandbox).live();
}

#[test]
fn line_ends_by_an_attribute_that_outranks_ours() {
    for arrangement in ["", "git update-index --split-index", "git sparse-checkout set --sparse-index src .ohmymkt"] {
        let sandbox = site();
        sandbox.write(".git/info/attributes", "* text eol=crlf\n");
        sandbox.sh(arrangement).ok();
        keeps_carriage_returns_out(&sandbox);
    }
}

/// A campaign whose files git checks out with carriage returns.
#[track_caller]
fn keeps_carriage_returns_out(sandbox: &Sandbox) {
    let shape = Shape::of(sandbox);
    shape.mkt(&["init"]).ok();
    shape.mkt(&[&["update-gates"], crate::sandbox::PASSING.as_slice()].concat()).ok();
    sandbox.sh("rm -r .ohmymkt && git checkout --quiet HEAD -- .ohmymkt").ok();
    assert!(sandbox.read(GATES).contains("\r\n"));
    let before = shape.work();
    shape.mkt(&["check-gates"]).ok().stdout_has("8 weeks");
    shape.mkt(&["update-gates", "capacity_gate.rolling_weeks_feasible=10"]).ok();
    shape.record_incident();
    assert_eq!(shape.work(), before);
    shape.is_sound();
}

#[test]
fn ignore_rules_that_hide_the_artifacts() {
    for rules in [".ohmymkt\n", "*.json\n*.md\n", "*\n"] {
        let sandbox = site();
        sandbox.write(".gitignore", rules);
        sandbox.git(&["add", "--force", ".gitignore"]).ok();
        sandbox.git(&["commit", "--quiet", "--message", "Ignore"]).ok();
        sandbox.write(".git/info/exclude", rules);
        Shape::of(&sandbox).live();
    }
}

/// Settings of display and habit, each of which breaks a program that reads what git shows.
const HOSTILE: &str = "
[color]\n ui = always\n branch = always\n diff = always\n status = always\n grep = always
[core]\n quotePath = true\n pager = false\n commentChar = M\n abbrev = 40\n editor = false\n whitespace = error
\tpreloadIndex = false\n ignoreCase = true\n precomposeUnicode = true\n logAllRefUpdates = always
[log]\n showSignature = true\n date = format:%%s\n decorate = full\n follow = true\n abbrevCommit = true
\tshowRoot = false\n mailmap = true\n diffMerges = off
[format]\n pretty = format:%H%n%H\n
[diff]\n external = false\n noprefix = true\n mnemonicPrefix = true\n renames = copies\n algorithm = histogram
\tignoreSubmodules = all\n submodule = log\n wordRegex = .\n context = 0\n relative = true\n orderFile = /dev/null
[pager]\n log = false\n diff = false\n mkt = false\n status = false\n show = false\n config = false\n rev-list = false
[status]\n short = true\n branch = true\n showStash = true\n relativePaths = true\n showUntrackedFiles = no
[i18n]\n logOutputEncoding = ISO-8859-1
[alias]\n mkt = !false\n log = !false\n rev-parse = !false\n update-index = !false\n cat-file = !false
[blame]\n showEmail = true\n date = relative\n ignoreRevsFile = /nonexistent
[interactive]\n diffFilter = false
[merge]\n conflictStyle = diff3\n ff = only\n verifySignatures = true
[commit]\n verbose = true\n status = false
[column]\n ui = always
[grep]\n lineNumber = true\n patternType = perl
[branch]\n sort = -committerdate
[tag]\n sort = -version:refname
[help]\n autoCorrect = 1
[rerere]\n enabled = true
[trace2]\n normalTarget = 2
[push]\n default = nothing
[transfer]\n fsckObjects = true
[notes]\n displayRef = *
[advice]\n statusHints = true
";

#[test]
fn hostile_display() {
    let sandbox = site();
    let config = sandbox.read(".git/config");
    sandbox.write(".git/config", format!("{config}{HOSTILE}"));
    sandbox.write(".git/info/attributes", "*.js diff=odd\n");
    let shape = Shape::of(&sandbox).with("GIT_PAGER", "false").with("GIT_EXTERNAL_DIFF", "false");
    shape.live();
    shape.git(&["mkt", "status"]).ok().stdout_has("Checkout is down").stdout_lacks("\u{1b}");
    shape.mkt(&["review", "HEAD~1...HEAD"]).ok().stdout_has("9 → 10");
    shape.mkt(&["hooks", "status"]).ok();
    shape.campaign();
}

#[test]
fn settings_of_one_worktree() {
    let sandbox = site();
    sandbox.git(&["config", "extensions.worktreeConfig", "true"]).ok();
    sandbox.git(&["worktree", "add", "--quiet", "-b", "side", "../linked"]).ok();
    let shape = Shape::at(&sandbox, "linked");
    for (key, value) in [("ohmymkt.prefix", "side"), ("core.autocrlf", "input"), ("core.abbrev", "12")] {
        shape.git(&["config", "--worktree", key, value]).ok();
    }
    shape.live();
    assert!(shape.ask(&["log", "--format=%s"]).contains("side(incident): "));
    Shape::of(&sandbox).live();
    assert!(sandbox.git(&["log", "--format=%s"]).ok().stdout.contains("mkt(incident): "));
}

/// A command as somebody whose name only the settings know.
#[track_caller]
fn author_by_settings(sandbox: &Sandbox, folder: &str) -> String {
    let words = ["incident", "--severity", "P2", "--module", "content_system", "--summary", "Slow"];
    let mut call = sandbox.call("ohmymkt", &words).folder(folder);
    for name in ["GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL"] {
        call = call.without(name);
    }
    call.run().ok();
    sandbox.call("git", &["log", "-1", "--format=%an <%ae> %s"]).folder(folder).run().ok().stdout
}

#[test]
fn settings_that_are_included_on_conditions() {
    let sandbox = site();
    Shape::of(&sandbox).live();
    sandbox.git(&["remote", "add", "origin", "https://git.example.org/acme/site.git"]).ok();
    let settings = "[user]\n name = Bo\n email = bo@example.org\n[ohmymkt]\n prefix = acme\n";
    std::fs::write(sandbox.home().join("acme"), settings).expect("a file");
    let top = sandbox.root().to_string_lossy().into_owned();
    for condition in
        [format!("gitdir:{top}/"), "onbranch:main".into(), "hasconfig:remote.*.url:https://*/acme/**".into()]
    {
        let include = format!("[includeIf \"{condition}\"]\n path = ~/acme\n");
        std::fs::write(sandbox.home().join(".gitconfig"), include).expect("a file");
        let told = author_by_settings(&sandbox, "docs");
        assert_eq!(told, "Bo <bo@example.org> acme(incident): P2 in content_system\n", "{condition}");
    }
    Shape::of(&sandbox).is_sound();
}

/// A filter that stores every file in another form.
const ROTATION: &str = "tr a-z n-za-m";

#[test]
fn filters_and_encodings_of_the_project() {
    let sandbox = site();
    for side in ["clean", "smudge"] {
        sandbox.git(&["config", &format!("filter.rotation.{side}"), ROTATION]).ok();
    }
    sandbox.write(".gitattributes", "* filter=rotation ident\n*.json working-tree-encoding=UTF-16LE\n");
    sandbox.commit_all("Store everything in another form");
    Shape::of(&sandbox).live().campaign();
    sandbox.sh("rm -r .ohmymkt && git checkout --quiet HEAD -- .ohmymkt").ok();
    assert_eq!(sandbox.json(GATES)["capacity_gate"]["rolling_weeks_feasible"], 10);
    // Elsewhere the filter is in force.
    sandbox.git(&["cat-file", "blob", "HEAD:src/app.js"]).ok().stdout_has("eha(1);");
}

#[test]
fn a_filter_that_outranks_ours() {
    let sandbox = site();
    let shape = Shape::of(&sandbox);
    sandbox.mkt(&["init"]).ok();
    sandbox.git(&["config", "filter.rotation.clean", ROTATION]).ok();
    sandbox.write(".git/info/attributes", "*.json filter=rotation\n");
    sandbox.unchanged_by(|_| {
        let refused = sandbox.mkt(&["update-gates", "strategy_gate.approved=true"]).code(1);
        refused
            .stderr_has("error: not supported: `filter=rotation` by .git/info/attributes on .ohmymkt/state/gates.json");
    });
    shape.mkt(&["status"]).ok();
    shape.mkt(&["verify"]).ok();
}
