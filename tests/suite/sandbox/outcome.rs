//! What came of a command.

use std::fmt;
use std::os::unix::process::ExitStatusExt;
use std::process::Output;

/// What a command printed and how it ended. Shown like a session in a terminal.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The command as it would be typed.
    pub command: String,
    /// What it printed as its result.
    pub stdout: String,
    /// What it printed beside its result.
    pub stderr: String,
    /// How it ended; 128 and the signal when it was killed.
    pub code: i32,
}

impl Outcome {
    pub(super) fn new(command: String, output: &Output) -> Self {
        let status = output.status;
        Self {
            command,
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
            code: status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or_default()),
        }
    }

    /// Asserts that it was done.
    #[track_caller]
    pub fn ok(self) -> Self {
        self.code(0)
    }

    /// Asserts how it ended.
    #[track_caller]
    pub fn code(self, code: i32) -> Self {
        assert!(self.code == code, "expected exit {code}, found {}\n{self}", self.code);
        self
    }

    /// Asserts that its result holds a text.
    #[track_caller]
    pub fn stdout_has(self, text: &str) -> Self {
        assert!(self.stdout.contains(text), "expected {text:?} on stdout\n{self}");
        self
    }

    /// Asserts that its result does not hold a text.
    #[track_caller]
    pub fn stdout_lacks(self, text: &str) -> Self {
        assert!(!self.stdout.contains(text), "did not expect {text:?} on stdout\n{self}");
        self
    }

    /// Asserts that it said a text beside its result.
    #[track_caller]
    pub fn stderr_has(self, text: &str) -> Self {
        assert!(self.stderr.contains(text), "expected {text:?} on stderr\n{self}");
        self
    }

    /// Asserts that it did not say a text beside its result.
    #[track_caller]
    pub fn stderr_lacks(self, text: &str) -> Self {
        assert!(!self.stderr.contains(text), "did not expect {text:?} on stderr\n{self}");
        self
    }

    /// The one JSON document on stdout.
    #[track_caller]
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("stdout is not one document: {error}\n{self}"))
    }

    /// The JSON documents on stdout, one a line.
    #[track_caller]
    #[must_use]
    pub fn json_lines(&self) -> Vec<serde_json::Value> {
        let parse = |line| {
            serde_json::from_str(line).unwrap_or_else(|error| panic!("a line is not a document: {error}\n{self}"))
        };
        self.stdout.lines().map(parse).collect()
    }

    /// The lines of stdout and then of stderr, as a terminal would show them.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        self.stdout.lines().chain(self.stderr.lines()).map(str::to_owned).collect()
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "$ {}", self.command)?;
        for line in self.lines() {
            writeln!(formatter, "{line}")?;
        }
        if self.code != 0 {
            writeln!(formatter, "[exit {}]", self.code)?;
        }
        Ok(())
    }
}
