//! Loose objects, written with as few calls as git needs for them: libgit2 looks through
//! the packs again for each, and makes a link where a rename does.

use std::fs::{File, Permissions};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context as _, Result, bail};
use flate2::Compression;
use git2::{ObjectType, OdbLookupFlags};
use tempfile::NamedTempFile;

use super::deflate::{Inflater, MOST, beginning};
use super::loaded::Loaded;
use super::object_id::ObjectId;
use super::repo::Repo;
use super::sync::Part;

/// After so many objects in a row that are not loose the others are in packs, too.
const MISSES: u32 = 16;
/// How often a folder is made again that was removed at once.
const TRIES: usize = 20;
/// The longest header of a loose object, in bytes.
const HEADER: usize = 32;

impl Repo {
    /// The object, if it is a loose one and few others were not: libgit2 makes six calls for
    /// each where three do. Whatever is odd about the file is left to libgit2 to name.
    pub(super) fn read_loose(&self, id: &ObjectId, most: usize) -> Option<Loaded<Vec<u8>>> {
        self.read_loose_file(id, |path| read_file(path, most, &self.inflater))?
    }

    /// As [`Repo::read_loose`], but nothing of a file that does not come in one piece.
    pub(super) fn read_small_loose(&self, id: &ObjectId) -> Option<(ObjectType, Vec<u8>)> {
        self.read_loose_file(id, |path| Ok(parse(&read_piece(path)?.1, &self.inflater)))?
    }

    fn read_loose_file<T>(&self, id: &ObjectId, read: impl FnOnce(&Path) -> std::io::Result<T>) -> Option<T> {
        if self.loose_misses.get() >= MISSES {
            return None;
        }
        let Ok(found) = read(&path_in(&self.common_dir().join("objects"), id)) else {
            self.loose_misses.set(self.loose_misses.get() + 1);
            return None;
        };
        self.loose_misses.set(0);
        Some(found)
    }

    /// Stores an object, readable for whom `core.sharedRepository` says.
    pub(super) fn write_object(&self, kind: ObjectType, bytes: &[u8]) -> Result<ObjectId> {
        if self.has_second_names {
            return self.write_object_by_git(kind, bytes);
        }
        let id = git2::Oid::hash_object_ext(kind, bytes, self.inner.object_format()).context("hash an object")?;
        let odb = self.inner.odb().context("open the object database")?;
        let elsewhere = self.environment.variable("GIT_OBJECT_DIRECTORY").is_some();
        if elsewhere || odb.exists_ext(id, OdbLookupFlags::NO_REFRESH) {
            // Libgit2 makes an object that is there young again, so that no gc takes it away.
            let id = odb.write(kind, bytes).context("write an object")?;
            return Ok(ObjectId::from_git2(id));
        }
        let id = ObjectId::from_git2(id);
        let path = path_in(&self.common_dir().join("objects"), &id);
        self.write_loose(&path, kind, bytes).with_context(|| format!("write the object {}", path.display()))?;
        self.share_object(&id);
        Ok(id)
    }

    /// With `extensions.compatObjectFormat` each object has a name in another format, too,
    /// which git has to note.
    fn write_object_by_git(&self, kind: ObjectType, bytes: &[u8]) -> Result<ObjectId> {
        let mut git = self.git();
        git.args(["hash-object", "-w", "--stdin", "-t", kind.str()]);
        git.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = git.spawn().context("run git hash-object")?;
        if let Some(mut input) = child.stdin.take() {
            input.write_all(bytes).context("hand the object to git hash-object")?;
        }
        let output = child.wait_with_output().context("run git hash-object")?;
        if !output.status.success() {
            bail!("git hash-object failed: {}", String::from_utf8_lossy(&output.stderr).trim());
        }
        Ok(String::from_utf8_lossy(&output.stdout).trim_end().parse()?)
    }

    fn write_loose(&self, path: &Path, kind: ObjectType, bytes: &[u8]) -> Result<()> {
        let dir = path.parent().context("an object has a folder")?;
        let mut file = temporary_in(dir)?;
        let header = format!("{} {}\0", kind.str(), bytes.len());
        let level = || self.compression();
        file.write_all(&self.deflater.deflate([header.as_bytes(), bytes], level)?)?;
        if self.must_sync(Part::LooseObject) {
            file.as_file().sync_all()?;
        }
        file.persist(path).map_err(|failed| failed.error)?;
        Ok(())
    }

    /// `core.looseCompression`, or `core.compression`, or git's default for loose objects.
    fn compression(&self) -> Compression {
        let setting = |key| self.config(key).and_then(|text| text.trim().parse::<i32>().ok());
        let level = setting("core.loosecompression").or_else(|| setting("core.compression"));
        match level.map(u32::try_from) {
            None => Compression::fast(),
            Some(Ok(level)) if level <= 9 => Compression::new(level),
            Some(_) => Compression::default(),
        }
    }
}

/// The loose object in a folder of objects; `None` where there is none, or one that is odd.
pub(super) fn read_in(objects: &Path, id: &ObjectId, inflater: &Inflater) -> Option<(ObjectType, Vec<u8>)> {
    read_file(&path_in(objects, id), usize::MAX, inflater).ok()??.whole()
}

fn path_in(objects: &Path, id: &ObjectId) -> PathBuf {
    let hex = id.to_hex();
    objects.join(&hex[..2]).join(&hex[2..])
}

fn parse(stream: &[u8], inflater: &Inflater) -> Option<(ObjectType, Vec<u8>)> {
    let bytes = inflater.inflate(stream)?;
    let (kind, size, body) = header(&bytes)?;
    (size == body.len()).then(|| (kind, body.to_vec()))
}

/// The type and the size that the bytes of a loose object begin with, and what is behind them.
fn header(bytes: &[u8]) -> Option<(ObjectType, usize, &[u8])> {
    let end = bytes.iter().take(HEADER).position(|byte| *byte == 0)?;
    let (kind, size) = std::str::from_utf8(&bytes[..end]).ok()?.split_once(' ')?;
    Some((ObjectType::from_str(kind)?, size.parse().ok()?, &bytes[end + 1..]))
}

/// How much of a file is read at once, in bytes. More than most loose objects have.
const PIECE: usize = 4096;

/// The object in a file that is mostly a small one: opened, read once, closed. One with more
/// than `most` bytes is known by its first piece. `None` inside where the file is odd.
fn read_file(path: &Path, most: usize, inflater: &Inflater) -> std::io::Result<Option<Loaded<Vec<u8>>>> {
    let (mut file, mut stream) = read_piece(path)?;
    let is_whole = stream.len() < PIECE;
    if !is_whole || stream.len().saturating_mul(MOST) > most {
        let beginning = beginning(&stream, HEADER).unwrap_or_default();
        if let Some((_, size, _)) = header(&beginning).filter(|(_, size, _)| *size > most) {
            return Ok(Some(Loaded::TooLarge(size)));
        }
    }
    if !is_whole {
        file.read_to_end(&mut stream)?;
    }
    Ok(parse(&stream, inflater).map(|(kind, bytes)| Loaded::Whole(kind, bytes)))
}

fn read_piece(path: &Path) -> std::io::Result<(File, Vec<u8>)> {
    let mut bytes = vec![0; PIECE];
    let mut file = File::open(path)?;
    let read = file.read(&mut bytes)?;
    bytes.truncate(read);
    Ok((file, bytes))
}

/// A temporary file in a folder of objects, which is made where it is missing. Git's housekeeping
/// removes such a folder whenever it is empty, so also between the two.
fn temporary_in(dir: &Path) -> std::io::Result<NamedTempFile> {
    for _ in 0..TRIES {
        match temporary(dir) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => std::fs::create_dir_all(dir)?,
            other => return other,
        }
    }
    temporary(dir)
}

/// A file of the kind that `git prune` removes when it is left behind.
fn temporary(dir: &Path) -> std::io::Result<NamedTempFile> {
    tempfile::Builder::new().prefix("tmp_obj_").permissions(Permissions::from_mode(0o444)).tempfile_in(dir)
}
