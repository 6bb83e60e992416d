//! The real program, run under ptrace: stopped before every system call that can change
//! something, where a test may kill it, make the call fail, cut it short, or do something else
//! first.
//!
//! - Only calls that can change a file, a lock or start a program are stops; between two of them
//!   the state on disk stays as it is, so one kill between two stops stands for all others.
//! - Programs that the traced one starts are traced as well; a run ends when the last is gone.
//! - Standard output and error are files: nothing waits for a reader.
//! - What stands here needs the registers of the machine, so it is there for Linux on x86-64 and
//!   on ARM64.

use std::collections::HashMap;
use std::io::{Read as _, Seek as _};
use std::os::unix::process::CommandExt as _;
use std::process::{Command, Stdio};

use nix::errno::Errno;
use nix::libc;
use nix::sys::ptrace::{self, Options};
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;

use super::calls::{Arguments, Kind, Stop};

/// What becomes of the call before which the program stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It is made.
    Made,
    /// The program dies before it is made; those that it started live on, as it is with a kill.
    Killed,
    /// It is not made, and fails so.
    Fails(Errno),
    /// Of what it writes only the first half is written.
    Halved,
    /// The same, and then the program dies.
    HalvedAndKilled,
}

/// How a traced run ended.
#[derive(Debug)]
pub struct Run {
    /// The exit status; `None` when it was killed.
    pub code: Option<i32>,
    /// What it printed.
    pub stdout: String,
    /// What it printed beside its result.
    pub stderr: String,
}

/// Runs a program to its end and asks at every stop what shall become of the call.
pub fn trace(command: Command, mut decide: impl FnMut(&Stop) -> Fate) -> Run {
    trace_reads(command, |stop| if stop.kind == Kind::Read { Fate::Made } else { decide(stop) })
}

/// As [`trace`], stopped as well where a file is opened to be read.
pub fn trace_reads(mut command: Command, decide: impl FnMut(&Stop) -> Fate) -> Run {
    let mut out = tempfile::tempfile().expect("a file");
    let mut err = tempfile::tempfile().expect("a file");
    command.stdin(Stdio::null());
    command.stdout(out.try_clone().expect("a handle")).stderr(err.try_clone().expect("a handle"));
    #[expect(unsafe_code, reason = "a child can only ask to be traced between fork and exec")]
    // SAFETY: one system call, which is safe between fork and exec.
    unsafe {
        command.pre_exec(|| ptrace::traceme().map_err(std::io::Error::from));
    }
    #[expect(clippy::zombie_processes, reason = "the tracer waits for it, and for all that it starts")]
    let child = command.spawn().expect("the program starts");
    let leader = Pid::from_raw(i32::try_from(child.id()).expect("a process id"));
    let code = Tracer { leader, known: HashMap::new(), decide }.follow();
    let read = |file: &mut std::fs::File| {
        let mut text = Vec::new();
        file.rewind().and_then(|()| file.read_to_end(&mut text)).expect("what it printed");
        String::from_utf8_lossy(&text).into_owned()
    };
    Run { code, stdout: read(&mut out), stderr: read(&mut err) }
}

/// What is to be done when a call returns.
#[derive(Clone, Copy)]
struct Pending {
    arguments: Arguments,
    fate: Fate,
}

struct Tracer<D> {
    leader: Pid,
    /// Every traced process or thread, with the call that it is in.
    known: HashMap<Pid, Option<Pending>>,
    decide: D,
}

impl<D: FnMut(&Stop) -> Fate> Tracer<D> {
    /// Until the last traced process is gone; the exit status of the first.
    fn follow(&mut self) -> Option<i32> {
        let mut code = None;
        // Only what this very thread traces: other tests wait for children of their own.
        let flags = WaitPidFlag::__WALL | WaitPidFlag::__WNOTHREAD;
        loop {
            match waitpid(Pid::from_raw(-1), Some(flags)) {
                Err(Errno::ECHILD) => return code,
                Err(error) => panic!("wait for the traced program: {error}"),
                Ok(WaitStatus::Exited(pid, status)) => {
                    self.known.remove(&pid);
                    code = if pid == self.leader { Some(status) } else { code };
                }
                Ok(WaitStatus::Signaled(pid, ..)) => drop(self.known.remove(&pid)),
                Ok(WaitStatus::PtraceSyscall(pid)) => {
                    self.at_call(pid);
                    go_on(pid, None);
                }
                Ok(WaitStatus::PtraceEvent(pid, ..)) => go_on(pid, None),
                Ok(WaitStatus::Stopped(pid, signal)) => {
                    let is_new = !self.known.contains_key(&pid);
                    if is_new && pid == self.leader {
                        let options = Options::PTRACE_O_TRACESYSGOOD
                            | Options::PTRACE_O_TRACEFORK
                            | Options::PTRACE_O_TRACEVFORK
                            | Options::PTRACE_O_TRACECLONE
                            | Options::PTRACE_O_TRACEEXEC
                            | Options::PTRACE_O_EXITKILL;
                        ptrace::setoptions(pid, options).expect("it can be traced");
                    }
                    self.known.entry(pid).or_default();
                    // The first stop is the tracing's own and not a signal of anybody's.
                    go_on(pid, (!is_new).then_some(signal));
                }
                Ok(_) => {}
            }
        }
    }

    fn at_call(&mut self, pid: Pid) {
        let Ok(info) = ptrace::syscall_info(pid) else { return };
        if info.op == libc::PTRACE_SYSCALL_INFO_ENTRY {
            let Ok(arguments) = Arguments::of(pid) else { return };
            let Some(stop) = Stop::at(pid, &arguments) else { return };
            let fate = (self.decide)(&stop);
            match fate {
                Fate::Made => return,
                Fate::Killed => return die(self.leader),
                // With arguments that no call can take it fails by itself, and does nothing.
                Fate::Fails(_) => arguments.spoiled().put(pid),
                Fate::Halved | Fate::HalvedAndKilled => arguments.halved().put(pid),
            }
            self.known.insert(pid, Some(Pending { arguments, fate }));
        } else if let Some(Pending { arguments, fate }) = self.known.get_mut(&pid).and_then(Option::take) {
            match fate {
                Fate::Fails(errno) => arguments.returning(pid, Some(errno)),
                Fate::HalvedAndKilled => die(self.leader),
                _ => arguments.returning(pid, None),
            }
        }
    }
}

fn die(pid: Pid) {
    // One that has just ended is as dead as it should be.
    kill(pid, Signal::SIGKILL).ok();
}

/// Lets a stopped process run to its next stop.
fn go_on(pid: Pid, signal: Option<Signal>) {
    // One that was killed meanwhile cannot go on; that it is gone is told by the next wait.
    ptrace::syscall(pid, signal).ok();
}
