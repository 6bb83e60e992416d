//! Objects as bytes. No libgit2 object type is made on the way: parsing through
//! those is what makes libgit2 slow on long histories.

use anyhow::{Context as _, Result, bail};
use git2::{ErrorCode, ObjectType};

use super::encoding::Written;
use super::identity::Identity;
use super::loaded::Loaded;
use super::object_id::ObjectId;
use super::pack;
use super::refusal::Refusal;
use super::repo::Repo;

/// A commit, parsed from its own bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommitText {
    /// The commit itself.
    pub id: ObjectId,
    /// Its parents, in order.
    pub parents: Vec<ObjectId>,
    /// Its root tree.
    pub tree_id: ObjectId,
    /// Who wrote the change.
    pub author: Identity,
    /// Who made the commit.
    pub committer: Identity,
    /// Everything after the headers, in UTF-8 where the encoding it was written in is known.
    pub message: Vec<u8>,
}

/// What was read of a file that may be too large.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// All of it.
    Bytes(Vec<u8>),
    /// Nothing; this is how many bytes it has.
    TooLarge(usize),
}

/// One line of a tree object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TreeEntry {
    /// As in git: `0o100644`, `0o100755`, `0o120000`, `0o160000`, `0o40000`.
    pub(super) mode: u32,
    pub(super) name: Vec<u8>,
    pub(super) id: ObjectId,
}

pub(super) const MODE_TREE: u32 = 0o40000;
pub(super) const MODE_FILE: u32 = 0o100644;
pub(super) const MODE_EXECUTABLE: u32 = 0o100755;
pub(super) const MODE_SYMLINK: u32 = 0o120000;
pub(super) const MODE_GITLINK: u32 = 0o160000;

impl Repo {
    /// Lends an object's bytes to `read`; `None` when the repository lacks the object.
    pub(super) fn with_object<T>(
        &self,
        id: &ObjectId,
        read: impl FnOnce(ObjectType, &[u8]) -> Result<T>,
    ) -> Result<Option<T>> {
        if let Some((kind, bytes)) = self.lately.find(id) {
            return read(kind, &bytes).map(Some);
        }
        self.with_passing_object(id, |kind, bytes| {
            self.lately.keep(id, kind, bytes);
            read(kind, bytes)
        })
    }

    /// As [`Repo::with_object`], of an object that is not likely to be asked for again, as
    /// most of a long history.
    pub(super) fn with_passing_object<T>(
        &self,
        id: &ObjectId,
        read: impl FnOnce(ObjectType, &[u8]) -> Result<T>,
    ) -> Result<Option<T>> {
        self.lend(id, usize::MAX, |loaded| match loaded {
            Loaded::Whole(kind, bytes) => read(kind, bytes),
            Loaded::TooLarge(size) => bail!("the object {id} has {size} bytes"),
        })
    }

    /// Lends an object's bytes to `read`, or only tells its size when it has more than `most`
    /// bytes: it is not unpacked then. `None` when the repository lacks the object.
    fn lend<T>(&self, id: &ObjectId, most: usize, read: impl FnOnce(Loaded<&[u8]>) -> Result<T>) -> Result<Option<T>> {
        if let Some(loaded) = self.read_loose(id, most) {
            return read(loaded.lent()).map(Some);
        }
        if let Some(loaded) = self.read_packed(id, most) {
            return read(loaded.lent()).map(Some);
        }
        let odb = self.inner.odb().context("open the object database")?;
        let is_limited = most < usize::MAX;
        if let Some(Ok((size, _))) = is_limited.then(|| odb.read_header(id.to_git2()))
            && size > most
        {
            return read(Loaded::TooLarge(size)).map(Some);
        }
        match odb.read(id.to_git2()) {
            Ok(object) => read(Loaded::Whole(object.kind(), object.data())).map(Some),
            Err(e) if e.code() == ErrorCode::NotFound => match self.fetch_object(id)? {
                Some((kind, bytes)) => read(Loaded::Whole(kind, &bytes)).map(Some),
                None => Ok(None),
            },
            Err(e) => Err(e).with_context(|| format!("read the object {id}")),
        }
    }

    /// The object, if it is in a pack that we read ourselves.
    fn read_packed(&self, id: &ObjectId, most: usize) -> Option<Loaded<pack::Shared>> {
        // What a push brings lies in quarantine, elsewhere.
        if self.environment.variable("GIT_OBJECT_DIRECTORY").is_some() {
            return None;
        }
        self.packs.find(|| self.common_dir().join("objects/pack"), id, most, &self.inflater)
    }

    /// The bytes of a blob.
    ///
    /// # Errors
    /// When the object is missing or is not a blob.
    pub fn read_blob(&self, id: &ObjectId) -> Result<Vec<u8>> {
        let bytes = self.with_object(id, |kind, bytes| {
            anyhow::ensure!(kind == ObjectType::Blob, "the object {id} is not a blob");
            Ok(bytes.to_vec())
        })?;
        bytes.ok_or_else(|| Refusal::Missing("blob", *id).into())
    }

    /// The bytes of a blob, or only its size when it has more than `most`.
    ///
    /// # Errors
    /// As [`Repo::read_blob`].
    pub fn read_blob_within(&self, id: &ObjectId, most: usize) -> Result<Content> {
        let content = self.lend(id, most, |loaded| match loaded {
            Loaded::Whole(ObjectType::Blob, bytes) if bytes.len() <= most => Ok(Content::Bytes(bytes.to_vec())),
            Loaded::Whole(ObjectType::Blob, bytes) => Ok(Content::TooLarge(bytes.len())),
            Loaded::Whole(..) => bail!("the object {id} is not a blob"),
            Loaded::TooLarge(size) => Ok(Content::TooLarge(size)),
        })?;
        content.ok_or_else(|| Refusal::Missing("blob", *id).into())
    }

    /// How large an object is, without unpacking it; `None` when that cannot be told.
    pub(super) fn object_size(&self, id: &ObjectId) -> Option<usize> {
        // A small one is going to be read, too, and costs no more as a whole.
        if let Some((_, bytes)) = self.read_small_loose(id) {
            return Some(bytes.len());
        }
        let header = self.inner.odb().and_then(|odb| odb.read_header(id.to_git2()));
        header.ok().map(|(size, _)| size)
    }

    /// The id these bytes have as a blob here. Writes nothing.
    pub fn blob_id(&self, bytes: &[u8]) -> ObjectId {
        let format = self.inner.object_format();
        let id = git2::Oid::hash_object_ext(ObjectType::Blob, bytes, format);
        ObjectId::from_git2(id.expect("hashing bytes in memory cannot fail"))
    }

    /// The entries of a tree; `None` when the tree is missing.
    pub(super) fn tree_entries(&self, id: &ObjectId) -> Result<Option<Vec<TreeEntry>>> {
        let length = self.id_length();
        self.with_object(id, |kind, bytes| {
            anyhow::ensure!(kind == ObjectType::Tree, "the object {id} is not a tree");
            parse_tree(bytes, length).with_context(|| format!("the tree {id} is malformed"))
        })
    }

    /// One entry of a tree, without allocating the others.
    pub(super) fn tree_entry(&self, id: &ObjectId, name: &[u8]) -> Result<Option<TreeEntry>> {
        let found = self.with_object(id, |kind, bytes| self.entry_of(id, (kind, bytes), name))?;
        found.ok_or_else(|| Refusal::Missing("tree", *id).into())
    }

    pub(super) fn entry_of(
        &self,
        id: &ObjectId,
        (kind, bytes): (ObjectType, &[u8]),
        name: &[u8],
    ) -> Result<Option<TreeEntry>> {
        anyhow::ensure!(kind == ObjectType::Tree, "the object {id} is not a tree");
        named_entry(bytes, name, self.id_length()).with_context(|| format!("the tree {id} is malformed"))
    }

    /// The root tree of a commit; `None` when the commit is missing.
    pub(super) fn root_tree(&self, commit: &ObjectId) -> Result<Option<ObjectId>> {
        self.with_object(commit, |kind, bytes| {
            anyhow::ensure!(kind == ObjectType::Commit, "the object {commit} is not a commit");
            header_id(bytes, b"tree ").with_context(|| format!("the commit {commit} is malformed"))
        })
    }

    /// What a path is in a commit: its mode and id.
    pub(super) fn path_entry(&self, commit: &ObjectId, path: &str) -> Result<Option<TreeEntry>> {
        let root = self.root_tree(commit)?.ok_or(Refusal::Missing("commit", *commit))?;
        let mut found = TreeEntry { mode: MODE_TREE, name: Vec::new(), id: root };
        for name in path.split('/').filter(|name| !name.is_empty()) {
            if found.mode != MODE_TREE {
                return Ok(None);
            }
            match self.tree_entry(&found.id, name.as_bytes())? {
                Some(entry) => found = entry,
                None => return Ok(None),
            }
        }
        Ok(Some(found))
    }

    /// The tree of `dir` in a commit; `None` when there is no such directory.
    ///
    /// # Errors
    /// When the commit or a tree on the way is missing or malformed.
    pub fn subtree_id(&self, commit: &ObjectId, dir: &str) -> Result<Option<ObjectId>> {
        let entry = self.path_entry(commit, dir)?;
        Ok(entry.filter(|entry| entry.mode == MODE_TREE).map(|entry| entry.id))
    }

    /// The blob at any path of a commit; `None` when there is no file there.
    ///
    /// # Errors
    /// When the commit or a tree on the way is missing or malformed.
    pub fn path_blob(&self, commit: &ObjectId, path: &str) -> Result<Option<ObjectId>> {
        let entry = self.path_entry(commit, path)?;
        let is_file = |entry: &TreeEntry| entry.mode != MODE_TREE && entry.mode != MODE_GITLINK;
        Ok(entry.filter(is_file).map(|entry| entry.id))
    }

    /// A commit, parsed.
    ///
    /// # Errors
    /// When the object is missing, is no commit, or has no proper headers.
    pub fn commit(&self, id: &ObjectId) -> Result<CommitText> {
        let commit = self.with_object(id, |kind, bytes| {
            anyhow::ensure!(kind == ObjectType::Commit, "the object {id} is not a commit");
            parse_commit(*id, bytes).with_context(|| format!("the commit {id} is malformed"))
        })?;
        commit.ok_or_else(|| Refusal::Missing("commit", *id).into())
    }
}

/// The entry of this name in a tree's bytes.
pub(super) fn named_entry(bytes: &[u8], name: &[u8], id_length: usize) -> Result<Option<TreeEntry>> {
    let mut rest = bytes;
    while !rest.is_empty() {
        let (mode, entry_name, id, after) = split_entry(rest, id_length)?;
        if entry_name == name {
            return Ok(Some(TreeEntry { mode, name: name.to_vec(), id }));
        }
        rest = after;
    }
    Ok(None)
}

/// Splits a tree's bytes into its entries.
pub(super) fn parse_tree(bytes: &[u8], id_length: usize) -> Result<Vec<TreeEntry>> {
    let mut entries = Vec::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        let (mode, name, id, after) = split_entry(rest, id_length)?;
        entries.push(TreeEntry { mode, name: name.to_vec(), id });
        rest = after;
    }
    Ok(entries)
}

/// Mode, name and id of a tree's first entry, and the bytes behind it.
pub(super) fn split_entry(bytes: &[u8], id_length: usize) -> Result<(u32, &[u8], ObjectId, &[u8])> {
    let space = bytes.iter().take(8).position(|b| *b == b' ').context("no mode")?;
    let mode = std::str::from_utf8(&bytes[..space]).context("odd mode")?;
    let mode = u32::from_str_radix(mode, 8).context("odd mode")?;
    let rest = &bytes[space + 1..];
    let end = rest.iter().position(|b| *b == 0).context("no name")?;
    let id = rest.get(end + 1..end + 1 + id_length).and_then(ObjectId::from_bytes).context("no id")?;
    Ok((mode, &rest[..end], id, &rest[end + 1 + id_length..]))
}

/// Reads the id after a header word that must start the bytes.
pub(super) fn header_id(bytes: &[u8], word: &[u8]) -> Result<ObjectId> {
    let rest = bytes.strip_prefix(word).context("a header is missing")?;
    let end = rest.iter().position(|b| *b == b'\n').context("a header does not end")?;
    let hex = std::str::from_utf8(&rest[..end]).context("a header is not text")?;
    Ok(hex.parse()?)
}

/// The headers a walk needs: tree, parents, committer seconds.
pub(super) fn parse_links(bytes: &[u8]) -> Result<(ObjectId, Vec<ObjectId>, i64)> {
    let tree_id = header_id(bytes, b"tree ")?;
    let mut parents = Vec::with_capacity(1);
    let mut seconds = 0;
    for line in bytes.split(|b| *b == b'\n').skip(1) {
        if line.is_empty() {
            break;
        } else if let Some(hex) = line.strip_prefix(b"parent ") {
            parents.push(std::str::from_utf8(hex).context("a parent is not text")?.parse()?);
        } else if let Some(person) = line.strip_prefix(b"committer ") {
            seconds = Identity::parse(person).seconds;
            break;
        }
    }
    Ok((tree_id, parents, seconds))
}

pub(super) fn parse_commit(id: ObjectId, bytes: &[u8]) -> Result<CommitText> {
    let (tree_id, parents, _) = parse_links(bytes)?;
    let end = bytes.windows(2).position(|pair| pair == b"\n\n");
    let (headers, message) = match end {
        Some(end) => (&bytes[..end], bytes[end + 2..].to_vec()),
        None => (bytes, Vec::new()),
    };
    let header = |word: &[u8]| headers.split(|b| *b == b'\n').find_map(|line| line.strip_prefix(word));
    let (Some(author), Some(committer)) = (header(b"author "), header(b"committer ")) else {
        bail!("author or committer is missing");
    };
    let name = header(b"encoding ").map(String::from_utf8_lossy).unwrap_or_default();
    let (author, committer, message) = match Written::named(&name) {
        Written::In(charset) => {
            let person = |bytes| Identity::parse(charset.decode(bytes).as_bytes());
            (person(author), person(committer), charset.decode(&message).into_bytes())
        }
        Written::Utf8 | Written::Unknown => (Identity::parse(author), Identity::parse(committer), message),
    };
    Ok(CommitText { id, parents, tree_id, author, committer, message })
}
