//! The hook that was there before ours: it runs first, as git would run it.

use std::ffi::OsString;
use std::io::Write as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result};

/// What the name of a preserved hook ends with.
const SUFFIX: &str = ".pre-ohmymkt";

/// An executable of the kernel's that is none: a script without its first line.
const NOT_EXECUTABLE_FORMAT: i32 = 8;

/// A hook that was there before ours was installed.
pub struct Preserved {
    path: PathBuf,
}

impl Preserved {
    /// The hook kept for an event in the folder of our own, where git would run it: a
    /// file that is not executable is none.
    #[must_use]
    pub fn find(folder: &Path, event: &str) -> Option<Self> {
        let path = folder.join(format!("{event}{SUFFIX}"));
        let is_hook = path.is_file() && rustix::fs::access(&path, rustix::fs::Access::EXEC_OK).is_ok();
        is_hook.then_some(Self { path })
    }

    /// Runs it where we run, with its arguments and, where it gets any, its own copy of
    /// the input. Returns its exit status; 128 and the signal when it was killed.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn run(&self, arguments: &[OsString], input: Option<&[u8]>) -> Result<u8> {
        let mut child = self.start(arguments, input).with_context(|| format!("run {}", self.path.display()))?;
        if let (Some(mut pipe), Some(input)) = (child.stdin.take(), input) {
            // A hook may end without reading all of it; that is its right.
            drop(pipe.write_all(input));
        }
        let status = child.wait().with_context(|| format!("wait for {}", self.path.display()))?;
        let code = status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or_default());
        Ok(u8::try_from(code).unwrap_or(u8::MAX))
    }

    fn start(&self, arguments: &[OsString], input: Option<&[u8]>) -> std::io::Result<Child> {
        let spawn = |mut command: Command| {
            let stdin = if input.is_some() { Stdio::piped() } else { Stdio::inherit() };
            command.args(arguments).stdin(stdin).spawn()
        };
        match spawn(Command::new(&self.path)) {
            Err(error) if error.raw_os_error() == Some(NOT_EXECUTABLE_FORMAT) => {
                let mut shell = Command::new("/bin/sh");
                shell.arg(&self.path);
                spawn(shell)
            }
            started => started,
        }
    }
}
