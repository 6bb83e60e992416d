//! Trees and commits kept at hand: a write asks for the same few again and again,
//! and objects never change.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use git2::ObjectType;

use super::object_id::ObjectId;

/// How many objects are kept.
const KEPT: usize = 16;
/// How large one may be, in bytes, and all of them.
const LARGEST: usize = 1 << 18;
const ALL: usize = 1 << 19;

/// An object that was read lately: its type and its bytes.
pub(super) type Known = (ObjectType, Rc<[u8]>);

/// The objects that were read lately.
#[derive(Default)]
pub(super) struct Lately(RefCell<Kept>);

#[derive(Default)]
struct Kept {
    objects: VecDeque<(ObjectId, Known)>,
    /// How many bytes they have.
    size: usize,
}

impl Lately {
    /// The object, if it was read lately.
    pub(super) fn find(&self, id: &ObjectId) -> Option<Known> {
        self.0.borrow().objects.iter().rev().find(|(known, _)| known == id).map(|(_, known)| known.clone())
    }

    /// Keeps an object, if it is a tree or commit that is not too large.
    pub(super) fn keep(&self, id: &ObjectId, kind: ObjectType, bytes: &[u8]) {
        if !matches!(kind, ObjectType::Tree | ObjectType::Commit) || bytes.len() > LARGEST {
            return;
        }
        let mut kept = self.0.borrow_mut();
        kept.size += bytes.len();
        while kept.objects.len() >= KEPT || kept.size > ALL {
            let Some((_, (_, oldest))) = kept.objects.pop_front() else { break };
            kept.size -= oldest.len();
        }
        kept.objects.push_back((*id, (kind, bytes.into())));
    }
}
