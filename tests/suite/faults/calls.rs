//! The system calls that can change something, and the registers that say which one it is.

use std::fs::File;
use std::os::unix::fs::FileExt as _;

use nix::errno::Errno;
use nix::libc;
use nix::sys::ptrace;
use nix::unistd::Pid;

/// What a call does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Opens a file that is made, or that is open for writing.
    Open,
    /// Opens a file to read it only, which changes nothing.
    Read,
    /// Writes bytes.
    Write,
    Rename,
    Link,
    /// Removes a file or a folder.
    Remove,
    MakeFolder,
    Truncate,
    Flush,
    Lock,
    /// Changes permissions or times.
    Attributes,
    /// Starts another program.
    Start,
}

/// A program that stands before a call.
#[derive(Debug, Clone)]
pub struct Stop {
    pub kind: Kind,
    /// The path that changes, or is made; as the program names it.
    pub path: String,
}

/// Where a call names the file that it changes.
#[derive(Clone, Copy)]
enum Names {
    /// A path, in this argument.
    Path(usize),
    /// An open file, in the first argument.
    Handle,
    /// The program that runs in its place.
    Nothing,
}

use Names::{Handle, Nothing, Path};

/// Number, what it does, where the file is named.
const CALLS: &[(i64, Kind, Names)] = &[
    (libc::SYS_openat, Kind::Open, Path(1)),
    (libc::SYS_write, Kind::Write, Handle),
    (libc::SYS_writev, Kind::Write, Handle),
    (libc::SYS_pwrite64, Kind::Write, Handle),
    (libc::SYS_renameat, Kind::Rename, Path(3)),
    (libc::SYS_renameat2, Kind::Rename, Path(3)),
    (libc::SYS_linkat, Kind::Link, Path(3)),
    (libc::SYS_symlinkat, Kind::Link, Path(2)),
    (libc::SYS_unlinkat, Kind::Remove, Path(1)),
    (libc::SYS_mkdirat, Kind::MakeFolder, Path(1)),
    (libc::SYS_truncate, Kind::Truncate, Path(0)),
    (libc::SYS_ftruncate, Kind::Truncate, Handle),
    (libc::SYS_fallocate, Kind::Write, Handle),
    (libc::SYS_fsync, Kind::Flush, Handle),
    (libc::SYS_fdatasync, Kind::Flush, Handle),
    (libc::SYS_flock, Kind::Lock, Handle),
    (libc::SYS_fchmod, Kind::Attributes, Handle),
    (libc::SYS_fchmodat, Kind::Attributes, Path(1)),
    (libc::SYS_utimensat, Kind::Attributes, Nothing),
    (libc::SYS_execve, Kind::Start, Path(0)),
];

/// Those of old, which newer machines do not have.
#[cfg(target_arch = "x86_64")]
const OLD_CALLS: &[(i64, Kind, Names)] = &[
    (libc::SYS_open, Kind::Open, Path(0)),
    (libc::SYS_rename, Kind::Rename, Path(1)),
    (libc::SYS_link, Kind::Link, Path(1)),
    (libc::SYS_symlink, Kind::Link, Path(1)),
    (libc::SYS_unlink, Kind::Remove, Path(0)),
    (libc::SYS_rmdir, Kind::Remove, Path(0)),
    (libc::SYS_mkdir, Kind::MakeFolder, Path(0)),
    (libc::SYS_chmod, Kind::Attributes, Path(0)),
];
#[cfg(not(target_arch = "x86_64"))]
const OLD_CALLS: &[(i64, Kind, Names)] = &[];

/// The registers in which a call is made: its number and its arguments.
#[derive(Clone, Copy)]
pub struct Arguments {
    registers: libc::user_regs_struct,
}

#[cfg(target_arch = "x86_64")]
impl Arguments {
    fn number(&self) -> i64 {
        self.registers.orig_rax.cast_signed()
    }

    fn all(&self) -> [u64; 4] {
        [self.registers.rdi, self.registers.rsi, self.registers.rdx, self.registers.r10]
    }

    fn with(mut self, [first, second, third, fourth]: [u64; 4]) -> Self {
        (self.registers.rdi, self.registers.rsi) = (first, second);
        (self.registers.rdx, self.registers.r10) = (third, fourth);
        self
    }

    fn result(&mut self) -> &mut u64 {
        &mut self.registers.rax
    }
}

#[cfg(target_arch = "aarch64")]
impl Arguments {
    fn number(&self) -> i64 {
        self.registers.regs[8].cast_signed()
    }

    fn all(&self) -> [u64; 4] {
        [self.registers.regs[0], self.registers.regs[1], self.registers.regs[2], self.registers.regs[3]]
    }

    fn with(mut self, arguments: [u64; 4]) -> Self {
        self.registers.regs[..4].copy_from_slice(&arguments);
        self
    }

    fn result(&mut self) -> &mut u64 {
        &mut self.registers.regs[0]
    }
}

impl Arguments {
    pub fn of(pid: Pid) -> nix::Result<Self> {
        Ok(Self { registers: ptrace::getregs(pid)? })
    }

    /// Arguments that no call can take: no such file is open, and no text is there.
    pub fn spoiled(self) -> Self {
        self.with([u64::MAX; 4])
    }

    /// Half as many bytes to write, but one at least.
    pub fn halved(self) -> Self {
        let [file, text, length, offset] = self.all();
        self.with([file, text, length.div_ceil(2), offset])
    }

    pub fn put(self, pid: Pid) {
        // One that was killed meanwhile takes nothing any more.
        ptrace::setregs(pid, self.registers).ok();
    }

    /// Gives a call that returns its arguments back, as it had them, and with `errno` a
    /// result of another.
    pub fn returning(self, pid: Pid, errno: Option<Errno>) {
        let Ok(mut now) = Self::of(pid) else { return };
        let made = *now.result();
        now = now.with(self.all());
        *now.result() = errno.map_or(made, |errno| i64::from(-(errno as i32)).cast_unsigned());
        now.put(pid);
    }
}

impl Stop {
    /// The stop, if the call reads a file, or can change something that is not standard input, output or error,
    /// and comes at the same place in every run.
    pub fn at(pid: Pid, arguments: &Arguments) -> Option<Self> {
        let number = arguments.number();
        let (_, kind, names) = CALLS.iter().chain(OLD_CALLS).find(|(known, ..)| *known == number)?;
        let values = arguments.all();
        let is_read = *kind == Kind::Open && !is_writing(number, &values);
        let kind = if is_read { Kind::Read } else { *kind };
        let path = match names {
            Path(nth) => text(pid, values[*nth]),
            Handle if values[0] <= 2 => return None,
            Handle => {
                let path = std::fs::read_link(format!("/proc/{pid}/fd/{}", values[0])).ok()?;
                path.to_string_lossy().into_owned()
            }
            Nothing => String::new(),
        };
        let is_a_file =
            path != "/dev/null" && path != "/dev/tty" && !path.starts_with("pipe:") && !path.starts_with("socket:");
        let fails_anyway = kind == Kind::Open && !has_folder(pid, &path);
        // The folders of loose objects are made as the random ids want them.
        let is_by_chance = kind == Kind::MakeFolder && path.contains("objects/");
        (is_a_file && !fails_anyway && !is_by_chance).then_some(Self { kind, path })
    }
}

fn has_folder(pid: Pid, path: &str) -> bool {
    let here = std::path::PathBuf::from(format!("/proc/{pid}/cwd"));
    here.join(path).parent().is_some_and(std::path::Path::is_dir)
}

fn is_writing(number: i64, values: &[u64; 4]) -> bool {
    let flags = if number == libc::SYS_openat { values[2] } else { values[1] };
    let writing = libc::O_CREAT | libc::O_WRONLY | libc::O_RDWR | libc::O_TRUNC;
    flags & u64::from(writing.cast_unsigned()) != 0
}

/// The text at an address of another process.
fn text(pid: Pid, address: u64) -> String {
    let Ok(memory) = File::open(format!("/proc/{pid}/mem")) else { return String::new() };
    let mut bytes = Vec::new();
    let mut piece = [0; 256];
    // A page may end right behind the text: no more than one page's rest is read at once.
    while bytes.len() < 4096 {
        let from = address + bytes.len() as u64;
        let rest = usize::try_from(4096 - from % 4096).unwrap_or(1).min(piece.len());
        let Ok(read) = memory.read_at(&mut piece[..rest], from) else { break };
        let piece = &piece[..read];
        let end = piece.iter().position(|byte| *byte == 0);
        bytes.extend_from_slice(&piece[..end.unwrap_or(read)]);
        if end.is_some() || read == 0 {
            break;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
