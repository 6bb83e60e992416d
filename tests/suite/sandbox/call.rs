//! One run of a program in a sandbox: what it is given, and what came of it.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use super::{Outcome, Sandbox};

/// A run that is still being put together.
pub struct Call<'s> {
    sandbox: &'s Sandbox,
    program: String,
    args: Vec<String>,
    folder: PathBuf,
    time: Option<String>,
    variables: Vec<(String, Option<String>)>,
    input: Option<Vec<u8>>,
}

impl<'s> Call<'s> {
    pub(super) fn new(sandbox: &'s Sandbox, program: &str, args: &[&str]) -> Self {
        Self {
            sandbox,
            program: program.to_owned(),
            args: args.iter().map(|arg| (*arg).to_owned()).collect(),
            folder: sandbox.root(),
            time: None,
            variables: Vec::new(),
            input: None,
        }
    }

    /// Sets a variable of the environment.
    #[must_use]
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), Some(value.to_owned())));
        self
    }

    /// Takes a variable out of the environment.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.variables.push((name.to_owned(), None));
        self
    }

    /// Gives a text on standard input; without it, standard input is empty.
    #[must_use]
    pub fn input(mut self, text: impl AsRef<[u8]>) -> Self {
        self.input = Some(text.as_ref().to_vec());
        self
    }

    /// Runs in another folder, relative to the repository.
    #[must_use]
    pub fn folder(mut self, folder: impl Into<PathBuf>) -> Self {
        self.folder = self.sandbox.root().join(folder.into());
        self
    }

    /// Runs at a time of its own and leaves the clock of the sandbox alone.
    #[must_use]
    pub fn at(mut self, time: &str) -> Self {
        self.time = Some(time.to_owned());
        self
    }

    /// The command, isolated from the machine, for a test that wants to start or kill it itself.
    #[must_use]
    pub fn command(&self) -> Command {
        let sandbox = self.sandbox;
        let time = self.time.clone().unwrap_or_else(|| sandbox.tick());
        let path = std::env::var_os("PATH").expect("a search path");
        let ours = sandbox.base().join("bin");
        let path = std::env::join_paths(std::iter::once(ours).chain(std::env::split_paths(&path))).expect("a path");
        let mut command = Command::new(if self.program == "ohmymkt" { super::OHMYMKT } else { &self.program });
        command.args(&self.args).current_dir(&self.folder).env_clear();
        command.env("PATH", path).env("HOME", sandbox.home()).env("TMPDIR", sandbox.base().join("tmp"));
        command.env("XDG_CONFIG_HOME", sandbox.home().join(".config"));
        command.env("GIT_CONFIG_GLOBAL", sandbox.home().join(".gitconfig"));
        command.env("GIT_CEILING_DIRECTORIES", sandbox.base());
        command.envs([
            ("GIT_CONFIG_NOSYSTEM", "1"),
            ("GIT_CONFIG_SYSTEM", "/dev/null"),
            ("GIT_TERMINAL_PROMPT", "0"),
            ("GIT_EDITOR", "true"),
            ("GIT_PAGER", "cat"),
            ("GIT_AUTHOR_NAME", "Ada Growth"),
            ("GIT_AUTHOR_EMAIL", "ada@example.org"),
            ("GIT_AUTHOR_DATE", &time),
            ("GIT_COMMITTER_NAME", "Ada Growth"),
            ("GIT_COMMITTER_EMAIL", "ada@example.org"),
            ("GIT_COMMITTER_DATE", &time),
            ("LC_ALL", "C.UTF-8"),
            ("TZ", "UTC"),
        ]);
        for (name, value) in &self.variables {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command
    }

    /// Runs it to its end.
    #[track_caller]
    pub fn run(self) -> Outcome {
        let mut command = self.command();
        command.stdin(if self.input.is_some() { Stdio::piped() } else { Stdio::null() });
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap_or_else(|error| panic!("cannot run `{}`: {error}", self.program));
        let feeder = self.input.zip(child.stdin.take()).map(|(input, mut pipe)| {
            // A program may end without reading all of it; that is its right.
            std::thread::spawn(move || pipe.write_all(&input).unwrap_or_default())
        });
        let output = child.wait_with_output().expect("the program can be waited for");
        if let Some(feeder) = feeder {
            feeder.join().expect("the input was handed over");
        }
        let words = std::iter::once(&self.program).chain(&self.args).map(|word| quoted(word));
        Outcome::new(words.collect::<Vec<_>>().join(" "), &output)
    }
}

/// A word as one would type it in a shell.
fn quoted(word: &str) -> String {
    let plain = |character: char| character.is_alphanumeric() || "-_./=:,@+%^~[]{}".contains(character);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    if !word.contains('"') && !word.contains(['$', '`', '\\', '!']) {
        return format!("\"{word}\"");
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}
