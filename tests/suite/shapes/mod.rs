//! Every shape that git gives to a repository, taken through the life of a campaign: written to,
//! read, verified, and guarded by the hooks, with the user's own work left alone.

mod guarded;
mod indexes;
mod objects;
mod places;
mod references;
mod settings;
mod sparse;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::sandbox::{Call, Outcome, PASSING, PLAN, PLANNING, Sandbox};

/// The gates, which are edited by hand, too.
const GATES: &str = ".ohmymkt/state/gates.json";

/// What the user works on.
const WORK: [&str; 4] = ["src/app.js", "src/gone.js", "src/new.js", "src/intended.js"];

/// How much of the history there is to see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sight {
    Whole,
    Part,
}

/// A repository in some shape, and how one stands in it.
struct Shape<'s> {
    sandbox: &'s Sandbox,
    /// The top of its working tree.
    top: PathBuf,
    /// Where commands are typed.
    stand: PathBuf,
    variables: Vec<(&'static str, String)>,
    sight: Sight,
}

/// A sandbox with more than one folder, and no artifacts yet.
fn site() -> Sandbox {
    let sandbox = Sandbox::new();
    furnish(&sandbox, "docs: one page and a program");
    sandbox
}

/// As [`site`], in a repository that `git init` makes with these arguments.
fn site_with(arguments: &[&str]) -> Sandbox {
    let sandbox = Sandbox::without_repository();
    sandbox.at("2026-01-05T08:00:00Z");
    sandbox.git(&[&["init", "--quiet", "-b", "main"], arguments].concat()).ok();
    furnish(&sandbox, "Open the site");
    sandbox.at(crate::sandbox::START);
    sandbox
}

fn furnish(sandbox: &Sandbox, message: &str) {
    sandbox.write("src/app.js", "run();\n").write("src/gone.js", "old();\n");
    sandbox.write("docs/guide.md", "# Guide\n").write("zz.txt", "last\n");
    sandbox.commit_all(message);
}

impl<'s> Shape<'s> {
    /// The repository of the sandbox, from its top.
    fn of(sandbox: &'s Sandbox) -> Self {
        Self::at(sandbox, sandbox.root())
    }

    /// The repository whose working tree is at `top`.
    fn at(sandbox: &'s Sandbox, top: impl Into<PathBuf>) -> Self {
        let top = sandbox.base().join(top.into());
        Self { sandbox, stand: top.clone(), top, variables: Vec::new(), sight: Sight::Whole }
    }

    /// With commands that are typed in another folder.
    fn from(mut self, folder: impl AsRef<Path>) -> Self {
        self.stand = self.top.join(folder);
        self
    }

    /// With a variable of the environment.
    fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.variables.push((name, value.into()));
        self
    }

    /// With a history of which not all can be seen.
    fn seen_in_part(mut self) -> Self {
        self.sight = Sight::Part;
        self
    }

    fn call(&self, program: &str, args: &[&str]) -> Call<'s> {
        let call = self.sandbox.call(program, args).folder(&self.stand);
        self.variables.iter().fold(call, |call, (name, value)| call.env(name, value))
    }

    fn mkt(&self, args: &[&str]) -> Outcome {
        self.call("ohmymkt", args).run()
    }

    fn git(&self, args: &[&str]) -> Outcome {
        self.call("git", args).run()
    }

    /// What git prints, without moving the clock.
    #[track_caller]
    fn ask(&self, args: &[&str]) -> String {
        self.call("git", args).at(&self.sandbox.now()).run().ok().stdout
    }

    #[track_caller]
    fn write(&self, path: &str, text: &str) {
        let path = self.top.join(path);
        std::fs::create_dir_all(path.parent().expect("a file has a folder")).expect("the folders above it");
        std::fs::write(path, text).expect("a file can be written");
    }

    fn read(&self, path: &str) -> Option<String> {
        std::fs::read_to_string(self.top.join(path)).ok()
    }

    /// `git status`, whatever the settings want of it.
    #[track_caller]
    fn status(&self) -> String {
        let words = ["status", "--porcelain=v1", "--no-branch", "--untracked-files=all", "--no-column"];
        self.ask(&[&["--no-optional-locks", "-c", "status.relativePaths=false"], words.as_slice()].concat())
    }

    /// The user begins to work: staged, changed after that, deleted, untracked, intended.
    #[track_caller]
    fn begin_work(&self) {
        self.write("src/app.js", "run(1);\n");
        self.git(&["add", "--force", ":(top)src/app.js"]).ok();
        self.write("src/app.js", "run(2);\n");
        self.git(&["rm", "--quiet", "--force", ":(top)src/gone.js"]).ok();
        self.write("src/new.js", "fresh();\n");
        self.write("src/intended.js", "later();\n");
        self.git(&["add", "--force", "--intent-to-add", ":(top)src/intended.js"]).ok();
    }

    /// The user's work, as git and the file system have it.
    #[track_caller]
    fn work(&self) -> BTreeMap<String, String> {
        let staged = ["diff", "--cached", "--raw", "--no-abbrev", "--no-color", "--no-ext-diff", "--no-relative"];
        let listed = ["ls-files", "--stage", "-v", "--full-name"];
        let theirs = [":(top)", ":(top,exclude).ohmymkt"];
        let mut work = BTreeMap::from([
            ("status".to_owned(), self.status()),
            ("staged".to_owned(), self.ask(&[staged.as_slice(), &["--"], &theirs].concat())),
            ("listed".to_owned(), self.ask(&[listed.as_slice(), &["--"], &theirs].concat())),
        ]);
        let files = WORK.iter().filter_map(|path| Some(((*path).to_owned(), self.read(path)?)));
        work.extend(files);
        work
    }

    /// The life of a campaign in this shape.
    #[track_caller]
    fn live(&self) -> &Self {
        self.begin_work();
        let before = self.work();
        self.mkt(&["init"]).ok();
        self.mkt(&[&["update-gates"], PASSING.as_slice(), &["--evidence", "https://example.org/it"]].concat()).ok();
        self.record_incident();
        self.edit_weeks(8, 9);
        self.mkt(&["record", "--message", "More weeks"]).ok();
        assert_eq!(self.work(), before, "the user's work");
        self.look();
        self.is_sound();
        self.is_guarded();
        self
    }

    #[track_caller]
    fn record_incident(&self) {
        let words = ["--severity", "P1", "--module", "content_system", "--summary", "Checkout is down"];
        self.mkt(&[&["incident"], words.as_slice()].concat()).ok();
    }

    /// The weeks of the gates, changed in an editor.
    #[track_caller]
    fn edit_weeks(&self, from: u32, to: impl std::fmt::Display) {
        let text = self.read(GATES).expect("the gates are in the working tree");
        let weeks = |weeks: &dyn std::fmt::Display| format!("\"rolling_weeks_feasible\": {weeks}");
        assert!(text.contains(&weeks(&from)), "{text}");
        self.write(GATES, &text.replace(&weeks(&from), &weeks(&to)));
    }

    /// Everything that shows something.
    #[track_caller]
    fn look(&self) {
        self.mkt(&["check-gates"]).ok().stdout_has("Overall: PASS").stdout_has("9 weeks are feasible");
        self.mkt(&["check-gates", "--staged"]).ok().stdout_has("9 weeks are feasible");
        self.mkt(&["status"]).ok().stdout_has("gates      5/5").stdout_has("Checkout is down");
        let log = self.mkt(&["log", "--json"]).ok().json_lines();
        let actions: Vec<_> = log.iter().filter_map(|event| event["action"].as_str()).collect();
        assert!(actions.starts_with(&["record", "incident", "update-gates"]), "{actions:?}");
        self.mkt(&["show", "HEAD"]).ok().stdout_has("Mkt-Action: record").stdout_has(": 8 → 9");
    }

    /// The verdict over the history, and git's over the objects; nothing is left behind.
    #[track_caller]
    fn is_sound(&self) {
        let (code, verdict) = match self.sight {
            Sight::Whole => (0, "sound"),
            Sight::Part => (3, "incomplete"),
        };
        self.mkt(&["verify"]).code(code).stdout_has(verdict);
        self.mkt(&["verify", "--all"]).code(code).stdout_has(verdict);
        let fsck = self.call("git", &["fsck", "--strict", "--no-dangling", "--no-progress"]).run();
        assert!(fsck.code == 0 && fsck.stdout.is_empty(), "the repository is damaged\n{fsck}");
        for dir in ["--git-dir", "--git-common-dir"] {
            let dir = self.ask(&["rev-parse", "--path-format=absolute", dir]);
            assert_eq!(locks(Path::new(dir.trim_end())), Vec::<PathBuf>::new(), "left behind");
        }
    }

    /// The hooks that `init` installed: the user's own commits pass, a change of the artifacts
    /// that breaks a rule does not, an honest one gets its trailers.
    #[track_caller]
    fn is_guarded(&self) {
        let add = |path: &str| {
            let path = format!(":(top){path}");
            self.ask(&["add", "--force", "--sparse", "--", &path]);
        };
        self.git(&["commit", "--quiet", "--message", "Run it"]).ok().stderr_lacks("Mkt-");
        let tip = self.ask(&["rev-parse", "HEAD"]);
        self.edit_weeks(9, "\"many\"");
        add(GATES);
        self.git(&["commit", "--quiet", "--message", "Many"]).code(1).stderr_has("artifact-is-well-formed");
        assert_eq!(self.ask(&["rev-parse", "HEAD"]), tip);
        let text = self.read(GATES).expect("the gates").replace("\"many\"", "10");
        self.write(GATES, &text);
        add(GATES);
        self.git(&["commit", "--quiet", "--message", "Ten"]).ok();
        assert!(self.ask(&["log", "-1", "--format=%B"]).contains("Mkt-Action: record"));
    }

    /// A campaign from its plan to its first cycle.
    #[track_caller]
    fn campaign(&self) -> &Self {
        self.mkt(&PLANNING).ok();
        self.mkt(&["review-plan", PLAN, "--pass"]).ok();
        self.mkt(&["start-campaign"]).ok();
        self.mkt(&["run-cycle", "weekly"]).ok().stdout_has("intervene");
        self.mkt(&["why", "capacity_gate"]).ok();
        self.is_sound();
        self
    }
}

/// The locks below a git directory.
fn locks(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![dir.to_owned()];
    while let Some(dir) = open.pop() {
        for entry in std::fs::read_dir(&dir).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "lock") {
                found.push(path);
            }
        }
    }
    found
}

/// A clone of the sandbox's repository beside it, and where it is.
#[track_caller]
fn cloned(sandbox: &Sandbox, arguments: &[&str]) -> PathBuf {
    let (from, to) = (format!("file://{}", sandbox.root().display()), sandbox.base().join("clone"));
    sandbox.git(&[&["clone", "--quiet"], arguments, &[&from, &to.to_string_lossy()]].concat()).ok();
    to
}
