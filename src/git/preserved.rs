//! The hook that was there before ours: it runs first, as git would run it.

use std::ffi::{OsStr, OsString};
use std::io::Write as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result};

/// What the name of a preserved hook ends with.
const SUFFIX: &str = ".pre-ohmymkt";

/// The environment variable that lists the preserved hooks which are running now, separated like
/// the folders in `PATH`. A preserved hook may call our hook again; ours then does not start the
/// preserved one a second time, which would never end.
pub const RUNNING: &str = "OHMYMKT_RUNNING_HOOKS";

/// An executable of the kernel's that is none: a script without its first line.
const NOT_EXECUTABLE_FORMAT: i32 = 8;

/// A hook that was there before ours was installed.
pub struct Preserved {
    path: PathBuf,
    /// All that are being run once this one is, by their whole paths.
    running: Vec<PathBuf>,
}

impl Preserved {
    /// The hook kept for an event in the folder of our own, where git would run it: a
    /// file that is not executable is none, and neither is one that `running`, the value of
    /// [`RUNNING`], names.
    #[must_use]
    pub fn find(folder: &Path, event: &str, running: Option<&OsStr>) -> Option<Self> {
        let path = folder.join(format!("{event}{SUFFIX}"));
        let is_hook = path.is_file() && rustix::fs::access(&path, rustix::fs::Access::EXEC_OK).is_ok();
        if !is_hook {
            return None;
        }
        let mut running: Vec<PathBuf> = running.map(|names| std::env::split_paths(names).collect()).unwrap_or_default();
        let whole = folder.canonicalize().ok()?.join(path.file_name()?);
        if running.contains(&whole) {
            return None;
        }
        running.push(whole);
        Some(Self { path, running })
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
            // A name that holds a colon cannot be told; it is then not guarded.
            if let Ok(running) = std::env::join_paths(&self.running) {
                command.env(RUNNING, running);
            }
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
