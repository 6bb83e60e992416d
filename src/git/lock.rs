//! Waiting for locks, with a limit.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use rustix::fs::{FlockOperation, Mode, OFlags, flock};

use super::interrupt::{HeldSignals, Interrupts};
use super::refusal::Refusal;
use super::repo::Repo;

/// How long to wait when `ohmymkt.lockTimeout` says nothing.
const DEFAULT_WAIT: Duration = Duration::from_millis(5000);

/// A moment after which waiting ends.
#[derive(Debug)]
pub(super) struct Patience {
    end: Instant,
    tries: u32,
    /// The signal that asks the program to end; 0 as long as there is none.
    signal: Option<Arc<AtomicUsize>>,
}

impl Patience {
    /// Sleeps a little, longer each time, with jitter so that two waiters do not march
    /// in step. False when the time is up, or when the program is to end.
    pub(super) fn wait(&mut self) -> bool {
        let now = Instant::now();
        if now >= self.end || self.signal.as_ref().is_some_and(|signal| signal.load(SeqCst) != 0) {
            return false;
        }
        let mut random = [0; 2];
        // Without randomness two waiters only collide more often.
        getrandom::fill(&mut random).ok();
        let jitter = u64::from(u16::from_le_bytes(random)) % 1000;
        let base = 500_u64 << self.tries.min(4);
        self.tries += 1;
        let pause = Duration::from_micros(base + base * jitter / 1000);
        std::thread::sleep(pause.min(self.end - now));
        true
    }
}

impl Repo {
    /// How long to wait for others: `ohmymkt.lockTimeout`, in milliseconds.
    pub(super) fn patience(&self) -> Patience {
        let setting = self.config("ohmymkt.locktimeout").and_then(|text| text.trim().parse().ok());
        let wait = setting.map_or(DEFAULT_WAIT, Duration::from_millis);
        Patience {
            end: Instant::now() + wait.min(Duration::from_secs(24 * 3600)),
            tries: 0,
            signal: self.interrupts.get().map(Interrupts::noted),
        }
    }

    /// Notes signals that ask the program to end, until what this returns is dropped, which is when
    /// no lock is held any more.
    pub(super) fn hold_signals(&self) -> Result<HeldSignals<'_>> {
        if let Some(interrupts) = self.interrupts.get() {
            return Ok(interrupts.hold());
        }
        let interrupts = Interrupts::set_up().context("prepare for signals")?;
        Ok(self.interrupts.get_or_init(|| interrupts).hold())
    }

    /// The folder in the git directory for the lock, the journal and temporary files.
    pub(super) fn private_dir(&self) -> PathBuf {
        self.git_dir().join("ohmymkt")
    }

    /// Takes the lock that writers of this program share. The kernel frees it when the
    /// holder dies, so it is never stale.
    ///
    /// # Errors
    /// `Refusal::Locked` when the wait is over.
    pub(super) fn lock_writers(&self) -> Result<File> {
        let dir = self.private_dir();
        if dir.is_symlink() {
            bail!(Refusal::UnsafePath(dir.display().to_string()));
        }
        let path = dir.join("lock");
        let file = match write_over(&path) {
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
                self.make_shared_dir(&dir).with_context(|| format!("make {}", dir.display()))?;
                write_over(&path)
            }
            other => other,
        };
        let file = file.with_context(|| format!("open {}", path.display()))?;
        self.share(&path);
        let mut patience = self.patience();
        loop {
            match flock(&file, FlockOperation::NonBlockingLockExclusive) {
                Ok(()) => return Ok(file),
                Err(rustix::io::Errno::WOULDBLOCK) => {}
                Err(e) => return Err(e).with_context(|| format!("lock {}", path.display())),
            }
            if !patience.wait() {
                bail!(Refusal::Locked(path));
            }
        }
    }
}

/// Opens a file of ours to be written over, and makes it where there is none. A link is not followed.
pub(super) fn write_over(path: &Path) -> std::io::Result<File> {
    let how = OFlags::WRONLY | OFlags::CREATE | OFlags::CLOEXEC | OFlags::NOFOLLOW | OFlags::NONBLOCK;
    Ok(File::from(rustix::fs::open(path, how, Mode::from_raw_mode(0o666))?))
}
