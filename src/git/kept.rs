//! What was found out once and is kept in the git directory. It may be deleted at any
//! moment: it only saves the time to find it out again (third law).

use std::fs::Permissions;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;

use super::repo::Repo;

impl Repo {
    /// The text kept under a name, for all worktrees; `None` when there is none, or when it is
    /// not as it was written.
    pub fn kept(&self, name: &str) -> Option<String> {
        let text = std::fs::read_to_string(self.common_dir().join("ohmymkt").join(name)).ok()?;
        let (sum, text) = text.split_once('\n')?;
        (self.blob_id(text.as_bytes()).to_hex() == sum).then(|| text.to_owned())
    }

    /// Keeps a text under a name. That it cannot be kept is no failure of anything.
    pub fn keep(&self, name: &str, text: &str) {
        let dir = self.common_dir().join("ohmymkt");
        if dir.is_symlink() {
            return;
        }
        let write = || -> std::io::Result<()> {
            self.make_shared_dir(&dir)?;
            // As readable as what git writes: only the umask takes from it.
            let mode = Permissions::from_mode(0o666);
            let mut file = tempfile::Builder::new().permissions(mode).tempfile_in(&dir)?;
            write!(file, "{}\n{text}", self.blob_id(text.as_bytes()).to_hex())?;
            self.share(file.path());
            file.persist(dir.join(name))?;
            Ok(())
        };
        write().ok();
    }
}
