//! `core.sharedRepository`: who else may use the files written here.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use super::object_id::ObjectId;
use super::repo::Repo;

/// Whether a setting replaces the umask's bits.
#[derive(Clone, Copy)]
struct Exactly(bool);

impl Repo {
    /// The permission bits, and whether they are all there shall be (an octal setting)
    /// or come on top; `None` when only the umask counts.
    fn shared_bits(&self) -> Option<(u32, Exactly)> {
        let setting = self.config("core.sharedrepository")?;
        match setting.to_ascii_lowercase().as_str() {
            "umask" | "false" | "no" | "off" | "0" => None,
            "group" | "true" | "yes" | "on" | "1" => Some((0o660, Exactly(false))),
            "all" | "world" | "everybody" | "2" => Some((0o664, Exactly(false))),
            octal => {
                let bits = u32::from_str_radix(octal, 8).ok()?;
                (bits & 0o600 == 0o600).then_some((bits & 0o666, Exactly(true)))
            }
        }
    }

    /// Whether anybody else than the umask says is to use the git directory.
    pub(super) fn is_shared(&self) -> bool {
        self.shared_bits().is_some()
    }

    /// Makes a directory in the git directory where there is none.
    pub(super) fn make_shared_dir(&self, dir: &Path) -> std::io::Result<()> {
        if !dir.is_dir() {
            std::fs::create_dir_all(dir)?;
            self.share(dir);
        }
        Ok(())
    }

    /// Opens a file or directory of the git directory to the others it is shared with.
    /// Best effort, as in git: only the owner may change a mode.
    pub(super) fn share(&self, path: &Path) {
        let Some((mut bits, exactly)) = self.shared_bits() else {
            return;
        };
        let Ok(metadata) = std::fs::symlink_metadata(path) else {
            return;
        };
        let old = metadata.permissions().mode();
        if old & 0o200 == 0 {
            bits &= !0o222;
        }
        if old & 0o100 != 0 {
            bits |= (bits & 0o444) >> 2;
        }
        let mut new = if exactly.0 { (old & !0o777) | bits } else { old | bits };
        if metadata.is_dir() {
            new |= (new & 0o444) >> 2;
            // New files inside take the directory's group.
            new |= if new & 0o060 != 0 { 0o2000 } else { 0 };
        }
        if new != old {
            // The file is usable by its owner either way.
            std::fs::set_permissions(path, Permissions::from_mode(new)).ok();
        }
    }

    /// As `share`, for a loose object and its directory.
    pub(super) fn share_object(&self, id: &ObjectId) {
        if self.shared_bits().is_some() {
            let hex = id.to_string();
            let dir = self.common_dir().join("objects").join(&hex[..2]);
            self.share(&dir);
            self.share(&dir.join(&hex[2..]));
        }
    }
}
