//! Remotes: what is known here of what they have.

use anyhow::Result;

use super::object_id::ObjectId;
use super::repo::Repo;

/// Where remote-tracking branches live.
const TRACKING: &str = "refs/remotes/";

impl Repo {
    /// The prefixes of the tracking references of a remote, named by its name or, for a
    /// push to an address, by an address that is configured for it.
    ///
    /// They tell what the remote had when it was last asked; whoever can write here can
    /// forge them.
    #[must_use]
    pub fn tracking_prefixes(&self, name: &str, url: &str) -> Vec<String> {
        let mut prefixes = Vec::new();
        let names = self.inner.remotes();
        let names = names.iter().flat_map(|names| names.iter()).filter_map(|name| name.ok().flatten());
        for known in names {
            let Ok(remote) = self.inner.find_remote(known) else { continue };
            let urls = [remote.url().ok(), remote.pushurl().ok().flatten()];
            let is_same = known == name || urls.iter().flatten().any(|own| same_address(own, url));
            if !is_same {
                continue;
            }
            prefixes.push(format!("{TRACKING}{known}/"));
            for refspec in remote.refspecs().filter(|refspec| refspec.direction() == git2::Direction::Fetch) {
                // What is fetched elsewhere, such as over our own branches, is no memory of the remote.
                let target = refspec.dst().ok().filter(|target| target.starts_with(TRACKING));
                prefixes.extend(target.and_then(|target| target.strip_suffix('*')).map(str::to_owned));
            }
        }
        prefixes.sort();
        prefixes.dedup();
        prefixes
    }

    /// The commits that references with these prefixes name.
    ///
    /// # Errors
    /// When references cannot be read.
    pub fn tips(&self, prefixes: &[&str]) -> Result<Vec<ObjectId>> {
        let wanted = |name: &str| prefixes.iter().any(|prefix| name.starts_with(prefix));
        let mut tips: Vec<_> = self.references(wanted)?.into_iter().map(|(_, id)| id).collect();
        tips.sort();
        tips.dedup();
        Ok(tips)
    }
}

fn same_address(one: &str, other: &str) -> bool {
    fn bare(address: &str) -> &str {
        let address = address.trim_end_matches('/');
        address.strip_suffix(".git").unwrap_or(address)
    }
    !other.is_empty() && bare(one) == bare(other)
}
