#![expect(
    unsafe_code,
    reason = "Command::pre_exec is the only way to set the death signal"
)]
//! Ties a child process to the life of this one.

use std::io;
use std::os::unix::process::CommandExt;
use std::process::Command;

use rustix::fs::Mode;
use rustix::process::{Signal, getpid, getppid, umask};

/// Makes the child get `farewell` when we end, even on `kill -9`, give up any way to more
/// rights, and create files that only it can read.
///
/// The standard library has set process group, groups, gid and uid by the time
/// the hook runs. The death signal has to come after those, since the kernel
/// clears it when the user changes; and it is sent when the *thread* that
/// spawned the child ends, so spawn from one that lives long enough.
pub(crate) fn tie_to_us(command: &mut Command, farewell: Signal) {
    let us = getpid();
    let hook = move || {
        umask(Mode::from_raw_mode(0o077));
        #[cfg(target_os = "linux")]
        {
            rustix::thread::set_no_new_privs(true)?;
            rustix::process::set_parent_process_death_signal(Some(farewell))?;
        }
        #[cfg(not(target_os = "linux"))]
        let _ = farewell;
        // We may have died before the signal was set; then nobody would send it.
        if getppid() != Some(us) {
            return Err(io::Error::from(io::ErrorKind::BrokenPipe));
        }
        Ok(())
    };
    // SAFETY: between fork and exec only async-signal-safe calls are allowed.
    // The hook makes plain system calls, and allocates, locks and panics nowhere:
    // the error values are built from a number or a kind, without a heap box.
    unsafe {
        command.pre_exec(hook);
    }
}
