//! Objects in packs. Libgit2 keeps up to 16 MB of every pack at hand and has no option for it,
//! which is most of what a hook that judges a long push would need. Whatever is odd about a
//! pack, and what lies elsewhere, is left to libgit2.

mod bases;
mod delta;
mod file;
mod index;

use std::cell::OnceCell;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use git2::ObjectType;
use memmap2::Mmap;

use self::bases::Bases;
use self::delta::{SIZES, apply, made};
use self::file::{Kind, Pack};
use super::deflate::{Inflater, beginning};
use super::loaded::Loaded;
use super::object_id::ObjectId;

/// The longest chain of deltas. Git makes none of more than 4095.
const LONGEST: usize = 4096;

/// The bytes of an object, which may be the base of others.
pub(super) type Shared = Rc<Vec<u8>>;

/// An object that was read: its type and its bytes.
pub(super) type Read = (ObjectType, Shared);

/// The packs of a repository, found when an object is looked for that is not loose.
#[derive(Default)]
pub(super) struct Packs {
    found: OnceCell<Vec<Pack<Mmap>>>,
    bases: Bases,
}

impl Packs {
    /// The object, if a pack in the folder has it that is as git writes them today; only its size
    /// when it has more than `most` bytes.
    pub(super) fn find(
        &self,
        folder: impl FnOnce() -> PathBuf,
        id: &ObjectId,
        most: usize,
        inflater: &Inflater,
    ) -> Option<Loaded<Shared>> {
        let packs = self.found.get_or_init(|| found(&folder(), id.as_bytes().len()));
        self.read(packs, id, most, inflater)
    }

    fn read<B: AsRef<[u8]>>(
        &self,
        packs: &[Pack<B>],
        id: &ObjectId,
        most: usize,
        inflater: &Inflater,
    ) -> Option<Loaded<Shared>> {
        let (number, at) = packs.iter().enumerate().find_map(|(n, pack)| Some((n, pack.find(id.as_bytes())?)))?;
        let pack = &packs[number];
        let (mut at, mut deltas, mut own_delta) = (at, Vec::new(), None);
        let (kind, mut bytes) = loop {
            if let Some(known) = self.bases.find((number, at)) {
                break known;
            }
            let entry = pack.entry(at)?;
            // Of the object itself; what it is made from may be larger.
            if deltas.is_empty() && most < usize::MAX {
                let size = match entry.kind {
                    Kind::Whole(_) => entry.size,
                    // One that is too large is not wanted as a whole to know what it makes.
                    _ if entry.size > most => made(&beginning(pack.stream(&entry), SIZES)?)?,
                    _ => made(own_delta.insert(inflater.inflate_sized(pack.stream(&entry), entry.size)?))?,
                };
                if size > most {
                    return Some(Loaded::TooLarge(size));
                }
            }
            let base = match entry.kind {
                Kind::Whole(kind) => {
                    let bytes = Rc::new(inflater.inflate_sized(pack.stream(&entry), entry.size)?);
                    self.bases.keep((number, at), kind, &bytes);
                    break (kind, bytes);
                }
                Kind::DeltaAt(base) => base,
                Kind::DeltaOf(id) => pack.find(id)?,
            };
            if deltas.len() == LONGEST {
                return None;
            }
            deltas.push((at, entry));
            at = base;
        };
        for (nth, (at, entry)) in deltas.into_iter().enumerate().rev() {
            let known = if nth == 0 { own_delta.take() } else { None };
            let delta = known.or_else(|| inflater.inflate_sized(pack.stream(&entry), entry.size))?;
            bytes = Rc::new(apply(&bytes, &delta)?);
            self.bases.keep((number, at), kind, &bytes);
        }
        Some(Loaded::Whole(kind, bytes))
    }
}

/// The object that a pack with this index has.
pub(super) fn read_from(index: &[u8], pack: &[u8], id: &ObjectId) -> Option<Read> {
    let packs = [Pack::new(index, pack, id.as_bytes().len())?];
    Packs::default().read(&packs, id, usize::MAX, &Inflater::default())?.whole()
}

/// The packs in a folder, the youngest first: most of what is asked for is in there.
fn found(folder: &Path, id_length: usize) -> Vec<Pack<Mmap>> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let names = entries.flatten().map(|entry| entry.path());
    let indices = names.filter(|path| path.extension().is_some_and(|extension| extension == "idx"));
    let mut packs: Vec<_> = indices.filter_map(|path| Pack::open(&path, id_length)).collect();
    packs.sort_by_key(|(modified, _)| std::cmp::Reverse(*modified));
    packs.into_iter().map(|(_, pack)| pack).collect()
}
