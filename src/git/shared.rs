//! `core.sharedRepository`: who else may use the files written here.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use super::object_id::ObjectId;
use super::repo::Repo;

impl Repo {
    /// The permission bits to add, as git computes them; `None` when only the umask counts.
    fn shared_bits(&self) -> Option<u32> {
        let setting = self.config("core.sharedrepository")?;
        match setting.to_ascii_lowercase().as_str() {
            "umask" | "false" | "no" | "off" | "0" => None,
            "group" | "true" | "yes" | "on" | "1" => Some(0o660),
            "all" | "world" | "everybody" | "2" => Some(0o664),
            octal => u32::from_str_radix(octal, 8)
                .ok()
                .filter(|bits| bits & 0o600 == 0o600),
        }
    }

    /// Opens a file or directory of the git directory to the others it is shared with.
    /// Best effort, as in git: only the owner may change a mode.
    pub(super) fn share(&self, path: &Path) {
        let Some(bits) = self.shared_bits() else {
            return;
        };
        let Ok(metadata) = std::fs::symlink_metadata(path) else {
            return;
        };
        let old = metadata.permissions().mode();
        let bits = if old & 0o200 == 0 {
            bits & !0o222
        } else {
            bits
        };
        let new = match metadata.is_dir() {
            // Readers may enter, and new files take the directory's group.
            true => old | bits | ((bits & 0o444) >> 2) | 0o2000,
            false => {
                old | bits
                    | if old & 0o100 != 0 {
                        (bits & 0o444) >> 2
                    } else {
                        0
                    }
            }
        };
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
