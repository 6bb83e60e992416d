//! Signals that ask this program to end, such as Ctrl-C, while it holds locks of git's: they are
//! noted, what is under way comes to its end, and then the program ends by the signal.
//!
//! Nothing is set up before the first write. Between two writes, and beside them, such a
//! signal ends the program at once. Programs that it starts get signals as always.

use std::mem::MaybeUninit;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::flag;
use signal_hook::low_level::emulate_default_handler;

/// How the program learns of a signal that asks it to end.
pub(super) struct Interrupts {
    /// Whether the next one ends the program at once.
    may_end: Arc<AtomicBool>,
    /// The number of the last one that did not; 0 when there was none.
    noted: Arc<AtomicUsize>,
}

impl Interrupts {
    /// Those that are ignored, as with `nohup`, stay so.
    pub(super) fn set_up() -> std::io::Result<Self> {
        let interrupts = Self { may_end: Arc::new(AtomicBool::new(true)), noted: Arc::default() };
        for signal in [SIGHUP, SIGINT, SIGTERM].into_iter().filter(|signal| !is_ignored(*signal)) {
            flag::register_conditional_default(signal, Arc::clone(&interrupts.may_end))?;
            flag::register_usize(signal, Arc::clone(&interrupts.noted), signal.unsigned_abs() as usize)?;
        }
        Ok(interrupts)
    }

    /// Notes signals until what this returns is dropped.
    pub(super) fn hold(&self) -> HeldSignals<'_> {
        self.may_end.store(false, SeqCst);
        HeldSignals(self)
    }

    /// The number of a signal that was noted, as it becomes known; 0 until then.
    pub(super) fn noted(&self) -> Arc<AtomicUsize> {
        Arc::clone(&self.noted)
    }
}

/// While this is there, signals are noted. When it is dropped, the program ends by one that was.
pub(super) struct HeldSignals<'r>(&'r Interrupts);

impl Drop for HeldSignals<'_> {
    fn drop(&mut self) {
        // In this order none is lost: one that comes between the two ends the program itself.
        self.0.may_end.store(true, SeqCst);
        if let Ok(signal @ 1..) = i32::try_from(self.0.noted.swap(0, SeqCst)) {
            // Of these three it does not return.
            emulate_default_handler(signal).ok();
        }
    }
}

fn is_ignored(signal: i32) -> bool {
    let mut action = MaybeUninit::<libc::sigaction>::uninit();
    #[expect(unsafe_code, reason = "there is no other way to ask what becomes of a signal")]
    // SAFETY: nothing is changed, and what is read is read only where the call has written it.
    unsafe {
        libc::sigaction(signal, std::ptr::null(), action.as_mut_ptr()) == 0
            && action.assume_init().sa_sigaction == libc::SIG_IGN
    }
}
